import { workflowInfo } from '@temporalio/workflow';
import { holdText } from '../src/spec/hold.js';
import { isByProbation, isBySchedule } from './by-itself.js';
import type { DeploymentRun } from './deployment-run.js';
import { Rejection } from './turning-points.js';

/** Ends a run that nobody has asked for, where its stack is held. To be called once the run has begun, before it does anything. */
export function heedHold(run: DeploymentRun): void {
  // Whoever resets a run wants it.
  const { runId, firstExecutionRunId } = workflowInfo();
  const isWanted = runId !== firstExecutionRunId || !(isByProbation(run) || isBySchedule());
  if (run.hold && !isWanted) throw new Rejection(holdText(run.hold));
  tellHold(run);
}

/** Whoever asked for a run of a stack that is held, or has let it go on, is told. */
export function tellHold({ hold, checklist }: DeploymentRun): void {
  if (!hold) return;
  checklist.warn({
    ...{ rule: 'held', severity: 'warning', message: `the stack is ${holdText(hold)}` },
    remedy: 'this goes ahead all the same; talk to each other, or lift it: evenkeel hold --end',
  });
}
