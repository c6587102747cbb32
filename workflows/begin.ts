import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { Finding } from '../src/spec/finding.js';
import { anyWorker } from './activity-proxies.js';
import type { DeploymentRun } from './deployment-run.js';
import { heedHold, tellHold } from './heed-hold.js';
import { holdLease } from './hold-lease.js';
import { Rejection, rejectOn } from './turning-points.js';

/** Afterwards the run knows its host, and people find it by its search attributes where those are registered. */
export async function locateStack(run: DeploymentRun): Promise<void> {
  await run.line(
    'locate',
    'locate the stack',
    () => locate(run),
    () => `on ${run.hostName}`,
  );
}

async function locate(run: DeploymentRun): Promise<void> {
  const { stack, host, performer } = run.input;
  const located = await anyWorker.locateStack({ stack, host });
  run.hostName = located.host;
  run.checklist.progress.host = located.host;
  if (located.indexed) run.checklist.index({ stack, host: located.host, ...(performer ? { performer } : {}) });
}

/** Afterwards this run, and no other, may change the stack. A run that only looks takes no turn. */
export async function beginOnHost(run: DeploymentRun): Promise<void> {
  const { dryRun, whenBusy } = run.input;
  refuseWhenStale(run);
  if (!dryRun) {
    await run.line('lease', 'take the lease', () => lease(run, whenBusy));
    refuseWhenStale(run);
  }
  rejectOn(run, await begin(run));
  heedHold(run);
}

/** The same after the run has stood aside; it waits for whoever has the stack by now. */
export async function beginAgain(run: DeploymentRun): Promise<void> {
  await run.line('lease', 'take the lease', () => lease(run, 'queue'));
  rejectOn(run, await begin(run));
  tellHold(run);
}

async function lease(run: DeploymentRun, whenBusy: 'refuse' | 'queue'): Promise<void> {
  await holdLease(run.hostName, run.input.stack, whenBusy);
  run.leased = true;
}

/** Returns what keeps the run from going on; whoever turns back goes on all the same. */
async function begin(run: DeploymentRun): Promise<Finding[]> {
  const { stack, dryRun } = run.input;
  const { beginRun } = isReset() ? run.host.again : run.host.first;
  const begun = await beginRun({ stack, dryRun });
  run.turn = { stack, epoch: begun.epoch };
  run.runFolder = begun.runFolder;
  // From here on whatever fails has to take back what the run's former self had begun.
  if (begun.capture) run.capture = begun.capture;
  run.hold = begun.hold;
  return begun.unsettled ?? [];
}

/**
 * For a run that was reset to a point in its middle: what it knows is what its former self knew at that point, and that
 * one has gone on. Afterwards the run has begun itself, has done nothing, and answers for all that is not as its former
 * self found it; for nothing, where that one had come to its end.
 */
export async function beginInstead(run: DeploymentRun): Promise<void> {
  delete run.capture;
  for (const noted of [run.begun, run.swapped, run.intact, run.restored, run.remarks, run.leftovers]) noted.length = 0;
  run.leftByPeople = false;
  run.questions.beginAnew();
  await CancellationScope.nonCancellable(async () => void (await begin(run)));
}

/**
 * For a run that is stopped before it has captured anything. Where it was reset, its former self may have gone on to change the
 * stack: afterwards the run has begun, and answers for that. Where another run has the stack, that one answers for it.
 */
export async function beginStopped(run: DeploymentRun): Promise<void> {
  if (!isReset() || run.capture || run.input.dryRun) return;
  await CancellationScope.nonCancellable(async () => {
    if (run.hostName === '') await locate(run);
    if (!run.leased && (await isBusy(run))) return;
    await begin(run);
  });
}

async function isBusy(run: DeploymentRun): Promise<boolean> {
  try {
    await lease(run, 'refuse');
    return false;
  } catch (error) {
    if (error instanceof Rejection) return true;
    throw error;
  }
}

/** Whether a run of the same chain was there before: nothing but a reset makes another one. */
function isReset(): boolean {
  const { runId, firstExecutionRunId } = workflowInfo();
  return runId !== firstExecutionRunId;
}

/**
 * What was asked for long ago may not be wanted any more: a worker that was away must not surprise anyone. Whoever resets a
 * run wants it now, and what its former self has begun must not stay as it is.
 */
function refuseWhenStale({ input, startedAtMs }: DeploymentRun): void {
  if (isReset()) return;
  const waitedMs = Date.now() - startedAtMs;
  if (waitedMs <= input.startBy) return;
  throw new Rejection(
    `stale: asked for at ${new Date(workflowInfo().startTime).toISOString()}, ${Math.round(waitedMs / 1000)} s ago, ` +
      `and it had to begin within ${Math.round(input.startBy / 1000)} s (startBy). Deploy again if it is still wanted`,
  );
}
