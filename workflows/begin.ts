import { workflowInfo } from '@temporalio/workflow';
import { anyWorker } from './activity-proxies.js';
import type { DeploymentRun } from './deployment-run.js';
import { holdLease } from './hold-lease.js';
import { Rejection } from './turning-points.js';

/** Afterwards the run knows its host, and people find it by its search attributes where those are registered. */
export async function locateStack(run: DeploymentRun): Promise<void> {
  const { stack, host, performer } = run.input;
  const located = await run.line(
    'locate',
    'locate the stack',
    () => anyWorker.locateStack({ stack, host }),
    (found) => `on ${found.host}`,
  );
  run.hostName = located.host;
  run.checklist.progress.host = located.host;
  if (located.indexed) run.checklist.index({ stack, host: located.host, ...(performer ? { performer } : {}) });
}

/** Afterwards this run, and no other, may change the stack. A run that only looks takes no turn. */
export async function beginOnHost(run: DeploymentRun): Promise<void> {
  const { stack, dryRun, whenBusy } = run.input;
  refuseWhenStale(run);
  if (!dryRun) {
    await run.line('lease', 'take the lease', () => holdLease(run.hostName, stack, whenBusy));
    run.leased = true;
    refuseWhenStale(run);
  }
  const begun = await run.host.first.beginRun({ stack, dryRun });
  run.turn = { stack, epoch: begun.epoch };
  run.runFolder = begun.runFolder;
  // From here on whatever fails has to take back what the run's former self had begun.
  if (begun.capture) run.capture = begun.capture;
}

/** What was asked for long ago may not be wanted any more: a worker that was away must not surprise anyone. */
function refuseWhenStale({ input, startedAtMs }: DeploymentRun): void {
  const waitedMs = Date.now() - startedAtMs;
  if (waitedMs <= input.startBy) return;
  throw new Rejection(
    `stale: asked for at ${new Date(workflowInfo().startTime).toISOString()}, ${Math.round(waitedMs / 1000)} s ago, ` +
      `and it had to begin within ${Math.round(input.startBy / 1000)} s (startBy). Deploy again if it is still wanted`,
  );
}
