import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { CHECKS_RETENTION_HOURS, checksNamespace } from '../../names.js';
import { connect, type ConnectOptions, type Reach } from '../../client/connect.js';

/** Runs are kept this long after they end: the history is what tells who changed what, and why. */
const RETENTION_HOURS = 90 * 24;

/** Waits until Temporal serves the namespace and that of looks, and sees to their retention. Ends early when `signal` aborts. */
export async function readyNamespace(
  where: Required<Pick<ConnectOptions, 'address' | 'namespace' | 'env'>>,
  signal: AbortSignal,
): Promise<Reach> {
  for (;;) {
    signal.throwIfAborted();
    try {
      const reach = await connect({ ...where, timeoutMs: 1000 });
      try {
        await keepRunsFor(reach.client, reach.namespace, RETENTION_HOURS);
        await keepRunsFor(reach.client, checksNamespace(reach.namespace), CHECKS_RETENTION_HOURS);
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
async function keepRunsFor({ workflowService }: Client, namespace: string, hours: number): Promise<void> {
  const seconds = hours * 3600;
  const { config } = await workflowService.describeNamespace({ namespace });
  if (Number(config?.workflowExecutionRetentionTtl?.seconds) === seconds) return;
  await workflowService.updateNamespace({
    namespace,
    // The types ask for a Long, which no package of ours exports; a number of this size is encoded just as well.
    config: { workflowExecutionRetentionTtl: { seconds: seconds as never } },
  });
}
