import { runWorker } from '../../worker/main.js';
import { buildIdIn } from '../build-id.js';
import { warnOfOpenStateFolder } from '../state-folder-warning.js';
import { healthPortIn } from '../ports.js';
import type { Cli } from '../terminal.js';

export interface WorkerFlags {
  healthPort?: string;
  buildId?: string;
}

/** Runs a worker until it is told to stop. */
export async function worker(cli: Cli, flags: WorkerFlags): Promise<number> {
  const { address, namespace, host } = cli.flags;
  const healthPort = healthPortIn(cli, flags.healthPort);
  const buildId = buildIdIn(cli, flags.buildId);
  await warnOfOpenStateFolder(cli);
  await runWorker({
    env: cli.env,
    ...(address === undefined ? {} : { address }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(host === undefined ? {} : { host }),
    ...(healthPort === undefined ? {} : { healthPort }),
    ...(buildId === undefined ? {} : { buildId }),
    onReady: (ready) => {
      // To the server that started it, if one did.
      process.send?.({ ready });
      const as = buildId === undefined ? '' : ` as build ${buildId}`;
      cli.say(`ready: host ${ready.host} works${as} for ${ready.address}, namespace ${ready.namespace}`);
    },
  });
  return 0;
}
