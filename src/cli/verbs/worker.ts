import { runWorker } from '../../worker/main.js';
import type { Cli } from '../terminal.js';

/** Runs a worker until it is told to stop. */
export async function worker(cli: Cli): Promise<number> {
  const { address, namespace, host } = cli.flags;
  // Started by `evenkeel server`: it has to end with it, since the next server starts a worker of its own.
  process.once('disconnect', () => process.exit(1));
  await runWorker({
    env: cli.env,
    ...(address === undefined ? {} : { address }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(host === undefined ? {} : { host }),
    onReady: (ready) => {
      process.send?.({ ready });
      cli.say(`ready: host ${ready.host} works for ${ready.address}, namespace ${ready.namespace}`);
    },
  });
  return 0;
}
