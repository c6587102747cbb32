import { ActivityFailure, isCancellation } from '@temporalio/workflow';

/**
 * Whether something ended because somebody wanted it to. A step that is told to stop may fail by something else before it hears of that,
 * such as the death of its worker: it is not tried again then, and what it failed by is not why.
 */
export function isStopped(error: unknown): boolean {
  return isCancellation(error) || (error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED');
}
