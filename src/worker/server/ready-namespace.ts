import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ConnectOptions, type Reach } from '../../client/connect.js';

/** Runs are kept this long after they end: the history is what tells who changed what, and why. */
const RETENTION_DAYS = 90;

/** Waits until Temporal serves the namespace, and sees to its retention. Ends early when `signal` aborts. */
export async function readyNamespace(
  where: Required<Pick<ConnectOptions, 'address' | 'namespace' | 'env'>>,
  signal: AbortSignal,
): Promise<Reach> {
  for (;;) {
    signal.throwIfAborted();
    try {
      const reach = await connect({ ...where, timeoutMs: 1000 });
      try {
        await keepRunsFor(reach, RETENTION_DAYS);
        return reach;
      } catch (error) {
        await reach.close();
        throw error;
      }
    } catch {
      await sleep(50);
    }
  }
}

/** Afterwards the namespace keeps closed runs for so long. */
export async function keepRunsFor(
  { client, namespace }: Pick<Reach, 'client' | 'namespace'>,
  days: number,
): Promise<void> {
  const seconds = days * 86_400;
  const { config } = await client.workflowService.describeNamespace({ namespace });
  if (Number(config?.workflowExecutionRetentionTtl?.seconds) === seconds) return;
  await client.workflowService.updateNamespace({
    namespace,
    // The types ask for a Long, which no package of ours exports; a number of this size is encoded just as well.
    config: { workflowExecutionRetentionTtl: { seconds: seconds as never } },
  });
}
