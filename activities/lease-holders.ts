import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { AnyWorkerActivities, Chain, LeaseState } from './activities.js';
import { LeaseQueue } from './lease-queue.js';
import { openRun } from './run-open.js';
import type { World } from './world.js';

/** Whose lease none is. */
const NOBODY: Chain = { workflowId: '', firstRunId: '' };

/** Safe to repeat: only a lease whose holder has ended is freed. */
export function examineLease({ temporal }: World): AnyWorkerActivities['examineLease'] {
  return async ({ leaseId, contender }) => stateOf(temporal, leaseId, contender);
}

/** Safe to repeat: it only looks. */
export function awaitLease({ temporal }: World): AnyWorkerActivities['awaitLease'] {
  const queue = new LeaseQueue(async (leaseId) => (await stateOf(temporal, leaseId, NOBODY)).state === 'held');
  return async ({ leaseId, contender }) => {
    if ((await stateOf(temporal, leaseId, contender)).state === 'yours') return;
    await queue.turn(leaseId, cancellationSignal());
  };
}

export function isChainOpen({ temporal }: World): AnyWorkerActivities['isChainOpen'] {
  return async ({ chain }) => chainIsOpen(temporal, chain);
}

export function cancelOwnRun({ temporal }: World): AnyWorkerActivities['cancelOwnRun'] {
  return async () => {
    const { workflowId, runId } = activityInfo().workflowExecution!;
    await temporal.workflow.getHandle(workflowId, runId).cancel();
  };
}

async function stateOf(temporal: World['temporal'], leaseId: string, contender: Chain): Promise<LeaseState> {
  const open = await openRun(temporal, leaseId);
  if (!open) return { state: 'free' };
  const handle = temporal.workflow.getHandle(leaseId, open.runId);
  const holder = await holderOf(handle);
  if (!holder) return { state: 'held', by: `${leaseId}, which names no holder (terminate it)` };
  if (holder.workflowId === contender.workflowId && holder.firstRunId === contender.firstRunId)
    return { state: 'yours' };
  if (await chainIsOpen(temporal, holder)) return { state: 'held', by: holder.workflowId };
  try {
    await handle.terminate(`its holder ${holder.workflowId} has ended`);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  return { state: 'free' };
}

/** The lease carries its holder in its memo. */
async function holderOf(handle: ReturnType<World['temporal']['workflow']['getHandle']>): Promise<Chain | undefined> {
  const { memo } = await handle.describe();
  return memo?.['holder'] as Chain | undefined;
}

async function chainIsOpen(temporal: World['temporal'], { workflowId, firstRunId }: Chain): Promise<boolean> {
  return (await openRun(temporal, workflowId))?.firstRunId === firstRunId;
}
