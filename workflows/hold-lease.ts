import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { Chain } from '../activities/activities.js';
import { leaseId } from '../src/names.js';
import { anyWorker, queueing } from './activity-proxies.js';
import { lease } from './lease.js';
import { releaseSignal } from './messages.js';
import { Rejection } from './turning-points.js';

/**
 * Afterwards this chain of runs is the only one that may change the stack. Refuses or waits while another one does,
 * as asked; a lease whose chain has ended is freed, and the lease of our own chain (after a reset) is adopted.
 */
export async function holdLease(host: string, stack: string, whenBusy: 'refuse' | 'queue'): Promise<void> {
  const id = leaseId(host, stack);
  const contender = ownChain();
  for (;;) {
    if (await startLease(id, contender)) return;
    const found = await anyWorker.examineLease({ leaseId: id, contender });
    if (found.state === 'yours') return;
    if (found.state === 'free') {
      // Another contender may have been faster; it shows at the next look.
      await sleep(100);
      continue;
    }
    if (whenBusy === 'refuse') {
      throw new Rejection(
        `${stack} is busy: ${found.by} is changing it, or asks what to do: evenkeel status. Follow that one (evenkeel follow), or wait your turn (evenkeel deploy --queue)`,
      );
    }
    await queueing.awaitLease({ leaseId: id, contender });
  }
}

/** Gives the lease back. Harmless when it has gone already. */
export async function releaseLease(host: string, stack: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(leaseId(host, stack)).signal(releaseSignal, ownChain());
  } catch {
    // The lease has closed by itself: there is nothing to give back.
  }
}

/**
 * Gives the lease back and sees it gone: it has a name of its own, and whoever took it up again while it ends would believe
 * that it holds one.
 */
export async function giveUpLease(host: string, stack: string): Promise<void> {
  const id = leaseId(host, stack);
  await releaseLease(host, stack);
  while ((await anyWorker.examineLease({ leaseId: id, contender: ownChain() })).state === 'yours') {
    await sleep(100, { summary: 'the lease is given back' });
  }
}

function ownChain(): Chain {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  return { workflowId, firstRunId: firstExecutionRunId };
}

/** An aborted run holds its lease until everything is taken back, so the lease does not hear of the cancellation. */
async function startLease(id: string, holder: Chain): Promise<boolean> {
  try {
    await CancellationScope.nonCancellable(() =>
      startChild(lease, {
        workflowId: id,
        args: [{ holder }],
        memo: { holder },
        parentClosePolicy: ParentClosePolicy.TERMINATE,
        staticSummary: `held by ${holder.workflowId}`,
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
