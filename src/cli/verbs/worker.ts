import { runWorker } from '../../worker/main.js';
import { warnOfOpenStateFolder } from '../state-folder-warning.js';
import { healthPortIn } from '../ports.js';
import type { Cli } from '../terminal.js';

export interface WorkerFlags {
  healthPort?: string;
}

/** Runs a worker until it is told to stop. */
export async function worker(cli: Cli, flags: WorkerFlags): Promise<number> {
  const { address, namespace, host } = cli.flags;
  const healthPort = healthPortIn(cli, flags.healthPort);
  await warnOfOpenStateFolder(cli);
  await runWorker({
    env: cli.env,
    ...(address === undefined ? {} : { address }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(host === undefined ? {} : { host }),
    ...(healthPort === undefined ? {} : { healthPort }),
    onReady: (ready) => {
      // To the server that started it, if one did.
      process.send?.({ ready });
      cli.say(`ready: host ${ready.host} works for ${ready.address}, namespace ${ready.namespace}`);
    },
  });
  return 0;
}
