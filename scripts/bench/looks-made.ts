import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../src/names.js';

const LOOKS = `WorkflowType = "healthCheck"`;

/** How many looks have ended in this namespace, well or not. */
export async function looksEnded({ workflow }: Client): Promise<number> {
  return (await workflow.count(`${LOOKS} AND ExecutionStatus != "Running"`)).count;
}

/** Waits until no look is under way any more. */
export async function untilNoneRuns({ workflow }: Client): Promise<void> {
  while ((await workflow.count(`${LOOKS} AND ExecutionStatus = "Running"`)).count > 0) await pause(200);
}

/** Throws unless all that have ended found their stack healthy: another look would be another one than is measured. */
export async function allHealthy(client: Client): Promise<void> {
  const healthy = `${LOOKS} AND ExecutionStatus = "Completed" AND ${SEARCH_ATTRIBUTES.outcome} = "healthy"`;
  const [{ count }, ended] = await Promise.all([client.workflow.count(healthy), looksEnded(client)]);
  if (count < ended) throw new Error(`of ${ended} looks only ${count} found their stack healthy`);
}
