import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  setHandler,
} from '@temporalio/workflow';
import { FAILURE } from '../activities/failures.js';
import type { DeployResult } from '../src/spec/deploy-result.js';
import { INVALID_INPUT, type Outcome } from '../src/spec/outcome.js';
import { whatServesText } from '../src/spec/what-serves.js';
import { anyWorker } from './activity-proxies.js';
import { beginInstead, beginStopped } from './begin.js';
import { messageOf } from './checklist.js';
import { letImagesGo } from './clearance.js';
import type { DeploymentRun } from './deployment-run.js';
import { releaseLease } from './hold-lease.js';
import { isStopped } from './is-stopped.js';
import { abortUpdate, progressQuery, type Word } from './messages.js';
import { refuseNameless, saidBy } from './words.js';
import { rollBack, takeBackTraces } from './roll-back.js';
import { tellWhatServes } from './tell-what-serves.js';
import { applicationFailureIn, failedWith, failureFrom } from './turning-points.js';

/**
 * Runs a runbook to one of the outcomes. A failure or an abort in any phase takes back what was done first; the run
 * then closes so that its status tells the outcome: completed, failed with the outcome as type, or cancelled.
 */
export async function runToItsEnd(run: DeploymentRun, runbook: () => Promise<void>): Promise<DeployResult> {
  setHandler(progressQuery, () => run.checklist.progress, {
    description: 'Where the run stands: phase, steps, warnings',
  });
  const forward = new CancellationScope();
  run.questions.listen();
  setHandler(
    abortUpdate,
    async (word: Word) => {
      if (asksOnItsWayBack(run)) {
        run.questions.leaveAll(word);
        return `${run.input.stack}: what could not be taken back stays as it is`;
      }
      run.aborted = word;
      forward.cancel();
      await anyWorker.cancelOwnRun();
      return `${run.input.stack}: turning back`;
    },
    {
      description:
        'Stop now and take back what was done; what it asks about on its way back is left. Input: {"by":"your name","reason":"why"}',
      validator: (word: Word) => {
        refuseNameless(word);
        if (asksOnItsWayBack(run)) return;
        if (run.aborted) throw new Error(`it is being aborted already, by ${run.aborted.by}`);
        if (run.failure) throw new Error('it is turning back already; a rollback is never aborted');
        if (run.checklist.progress.phase === 'record' || run.release !== undefined) {
          throw new Error('the release serves and is being recorded; deploy the previous one instead');
        }
      },
    },
  );

  let outcome: Outcome;
  try {
    await run.deadlines.within(forward, runbook);
    outcome = 'succeeded';
  } catch (error) {
    if (applicationFailureIn(error)?.type === INVALID_INPUT) throw applicationFailureIn(error);
    outcome = await turnBack(run, error);
  }
  return close(run, outcome);
}

/** Then there is nothing to stop but the asking, also in a run that was stopped before: Temporal cancels each only once. */
function asksOnItsWayBack({ failure, questions }: DeploymentRun): boolean {
  return failure !== undefined && questions.isAsking;
}

async function turnBack(run: DeploymentRun, error: unknown): Promise<Outcome> {
  const { aborted } = run;
  const late = run.deadlines.passed;
  const stopped = late === undefined && (isStopped(error) || aborted !== undefined);
  const failed = run.checklist.firstFailed();
  const phase = failed?.phase ?? run.checklist.progress.phase;
  const words = aborted ? saidBy('aborted by', aborted) : 'cancelled';
  const stop = late ?? (stopped ? words : undefined);
  run.failure = stop === undefined ? failureFrom(error, phase, failed?.service) : { phase, message: stop };
  run.checklist.turnBack(run.failure.message);
  await letImagesGo(run);
  if (failedWith(error, FAILURE.staleRun)) return overtaken(run);

  try {
    if (failedWith(error, FAILURE.notBegun)) await beginInstead(run);
    else if (stopped) await beginStopped(run);
    await takeBack(run);
  } catch (undoError) {
    run.leftovers.push({
      what: `stack ${run.input.stack}`,
      why: messageOf(undoError),
      command: `evenkeel status -p ${run.input.stack}`,
      debris: false,
    });
  }
  const isBack = run.changed.length === 0 || !hasFailedToGoBack(run);
  if (isBack && run.capture?.release !== undefined) run.release = run.capture.release;
  if (hasFailedToGoBack(run)) return run.leftByPeople ? 'needs-human' : 'rollback-failed';
  if (stopped) return 'aborted';
  return run.changed.length > 0 ? 'rolled-back' : 'rejected';
}

/** Takes back what was done; also where the run was reset to a point in its middle, and only now comes to ask. */
async function takeBack(run: DeploymentRun): Promise<void> {
  const back = (): Promise<void> => (run.changed.length > 0 ? rollBack(run) : takeBackTraces(run));
  try {
    await back();
  } catch (error) {
    if (!failedWith(error, FAILURE.notBegun)) throw error;
    await beginInstead(run);
    await back();
  }
}

/** A newer run has the stack, so nothing is taken back here: what was touched is for a person to look at. */
function overtaken(run: DeploymentRun): Outcome {
  for (const { service } of run.touched) {
    run.leftovers.push({
      what: `service ${service}`,
      why: 'this run was overtaken while it changed the service; the newer run decides what serves',
      command: `evenkeel status -p ${run.input.stack} ${service}`,
      debris: false,
    });
  }
  return run.touched.length > 0 ? 'needs-human' : 'rejected';
}

/** Kept volumes of a first deployment are listed too, and what is left of a twin, a backup or a build. */
function hasFailedToGoBack(run: DeploymentRun): boolean {
  return run.leftovers.some(({ debris }) => !debris);
}

async function close(run: DeploymentRun, outcome: Outcome): Promise<DeployResult> {
  await Promise.all(run.tidying);
  if (outcome === 'rollback-failed' || outcome === 'needs-human') await tellWhatServes(run);
  const result = run.result(outcome);
  await CancellationScope.nonCancellable(async () => {
    if (run.runFolder !== undefined) await noteResult(run, result);
    if (run.leased) await releaseLease(run.hostName, run.input.stack);
    run.checklist.close(result);
    await condition(allHandlersFinished);
  });
  if (outcome === 'succeeded') return result;
  if (outcome === 'aborted') {
    await cancellationHasArrived();
    throw new CancelledFailure(result.failure?.message ?? 'aborted', [result]);
  }
  throw ApplicationFailure.create({
    type: outcome,
    message: [result.failure?.message ?? outcome, whatServesText(result)].filter((part) => part !== '').join('. '),
    details: [result],
    nonRetryable: true,
  });
}

/** The result is in the workflow's history too: an unwritable disk must not change an outcome. */
async function noteResult(run: DeploymentRun, result: DeployResult): Promise<void> {
  try {
    await run.host.quick.writeResult({ ...run.turn, result });
  } catch (error) {
    run.checklist.warn({ rule: 'result-not-written', severity: 'warning', message: messageOf(error) });
  }
}

/** Temporal closes a run as Canceled only once it has been asked to cancel; after an abort that request is on its way. */
async function cancellationHasArrived(): Promise<void> {
  const root = CancellationScope.current();
  await CancellationScope.nonCancellable(() => condition(() => root.consideredCancelled, '10s'));
}
