import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Activities } from '../../activities/activities.js';
import { FAILURE } from '../../activities/failures.js';
import type { StagedWay } from './stage.js';
import { finalFailure, planOf, stepOf } from '../../test/support/fake-steps.js';

/** Who says something to a run, and why. */
export const BY = { by: 'ann', reason: 'as agreed' };

/** An input that is none. */
export const INVALID = { stack: 'shop', stakc: 'shop' };

/** Ways of one workflow type. */
export function of(runbook: string, ways: StagedWay[]): StagedWay[] {
  return ways.map((way) => ({ ...way, runbook }));
}

/** Asked for with a reason, and nothing is proven beforehand: the way to the first replacement is short. */
export const PLAIN = { stack: 'shop', skip: ['backup', 'rehearsal'], reason: 'it counts what comes after' };

/** A step that ends by being cancelled, and not before. */
export async function untilCancelled(): Promise<never> {
  return Context.current().cancelled;
}

/** A step that fails for good. */
export async function failing(): Promise<never> {
  throw finalFailure('the disk is broken');
}

/** A step that comes when another run has the stack. */
export async function overtaken(): Promise<never> {
  throw ApplicationFailure.nonRetryable('another run has taken over shop', FAILURE.staleRun);
}

/** A step whose run was reset after its former self had begun. */
export async function notBegun(): Promise<never> {
  throw ApplicationFailure.nonRetryable('it has not begun', FAILURE.notBegun);
}

/** A step in whose way a person has to clear something. */
export async function stuck(): Promise<never> {
  throw ApplicationFailure.nonRetryable('a container is still being removed', FAILURE.stuck, { excerpt: [] });
}

/** A step that does something else the first time. */
export function firstly<Args, Result>(first: (args: Args) => Promise<Result>, then: (args: Args) => Promise<Result>) {
  let isFirst = true;
  return async (args: Args): Promise<Result> => {
    if (!isFirst) return then(args);
    isFirst = false;
    return first(args);
  };
}

/** A service is replaced. */
export const replaced: Activities['replaceService'] = async () => ({ containers: ['new'] });

/** A service is back, and was replaced. */
export const back: Activities['restoreService'] = async ({ service }) => ({
  ...{ state: 'running', untouched: false, remarks: [] },
  gate: stepOf(service).gate,
});

/** Steps of a release of two waves that serves and cannot be recorded. */
export const UNRECORDED: Partial<Activities> = {
  planDeployment: async () => planOf([['db'], ['api']]),
  planRollback: async ({ capture }) => ({
    plan: planOf([['db'], ['api']]),
    ...(capture ? { aim: { release: '1', folder: 'runs/1/aim' } } : {}),
  }),
  recordRelease: failing,
};

/** Steps of which the one after the first replacement takes the run back, and one more fails there. */
export function failingTwice(restoreService: Activities['restoreService']): Partial<Activities> {
  let isTurning = false;
  return {
    ...UNRECORDED,
    recordRelease: async () => {
      isTurning = true;
      return failing();
    },
    restoreService: async (args) => (isTurning && args.service === 'db' ? restoreService(args) : back(args)),
  };
}
