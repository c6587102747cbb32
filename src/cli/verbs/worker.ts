import { runWorker } from '../../worker/main.js';
import { warnOfOpenStateFolder } from '../state-folder-warning.js';
import type { Cli } from '../terminal.js';

/** Runs a worker until it is told to stop. */
export async function worker(cli: Cli): Promise<number> {
  const { address, namespace, host } = cli.flags;
  await warnOfOpenStateFolder(cli);
  await runWorker({
    env: cli.env,
    ...(address === undefined ? {} : { address }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(host === undefined ? {} : { host }),
    onReady: (ready) => {
      // To the server that started it, if one did.
      process.send?.({ ready });
      cli.say(`ready: host ${ready.host} works for ${ready.address}, namespace ${ready.namespace}`);
    },
  });
  return 0;
}
