import { ApplicationFailure, defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { temporal } from '@temporalio/proto';

/** A duration in milliseconds; 0 where there is none. */
export function msOf(duration: Parameters<typeof optionalTsToMs>[0]): number {
  return optionalTsToMs(duration) ?? 0;
}

export type Failure = temporal.api.failure.v1.IFailure;

/** Why a step is not tried again, as Temporal says it. */
export const RETRY_STATE = { inProgress: 1, final: 2, timeout: 3, attempts: 4, cancelled: 7 } as const;

/** Which of its times an attempt has exceeded. */
export const TIMEOUT = { startToClose: 1, scheduleToStart: 2, heartbeat: 4 } as const;

/** What a step threw, as it goes into history. Stacks tell of this machine. */
export function failureOf(error: Error): Failure {
  const failure = defaultFailureConverter.errorToFailure(error, defaultPayloadConverter) as Failure;
  return { ...failure, stackTrace: '' };
}

/** Whether a retry may help, by what was thrown and what the step says of types. */
export function mayBeTriedAgain(error: Error, finalTypes: string[]): boolean {
  if (!(error instanceof ApplicationFailure)) return true;
  return !error.nonRetryable && !finalTypes.includes(error.type ?? '');
}

export function timedOut(timeoutType: number): Failure {
  const message = timeoutType === TIMEOUT.heartbeat ? 'activity Heartbeat timeout' : 'activity timeout';
  return { message, source: 'Server', timeoutFailureInfo: { timeoutType } };
}

export function cancelled(): Failure {
  return { message: 'Cancelled', source: 'TypeScriptSDK', canceledFailureInfo: {} };
}

/** What the workflow hears of a step that has come to no result. */
export function ofActivity(
  { activityType, activityId }: { activityType: string; activityId: string },
  cause: Failure,
  retryState: number,
): Failure {
  const message = cause.timeoutFailureInfo ? 'Activity task timed out' : 'Activity task failed';
  return {
    ...{ message, cause, source: 'Server' },
    activityFailureInfo: { activityType: { name: activityType }, activityId, identity: 'worker', retryState },
  };
}

/** What a workflow hears of a child that it wanted to tell something, and that has closed. */
export function noSuchWorkflow(workflowId: string): Failure {
  const applicationFailureInfo = { type: 'ExternalWorkflowExecutionNotFound', nonRetryable: true };
  return { message: `unable to signal ${workflowId}: not found`, source: 'Server', applicationFailureInfo };
}
