import { describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, RetryState, TerminatedFailure } from '@temporalio/common';
import { endFromError, exitCodeOfEnd } from '../../../src/client/deployment-end.js';

function endOf(cause: Error) {
  return endFromError(new WorkflowFailedError('failed', cause, RetryState.NON_RETRYABLE_FAILURE));
}

describe('how a run closed', () => {
  it.each([
    ['rolled-back', 1],
    ['rejected', 4],
    ['rollback-failed', 3],
    ['needs-human', 3],
  ])('a failure of type %s brings its report, and exit code %d', (outcome, exitCode) => {
    const end = endOf(ApplicationFailure.nonRetryable('why', outcome, { outcome, stack: 'shop' }))!;
    expect(end).toEqual({ kind: 'reported', report: { outcome, stack: 'shop' } });
    expect(exitCodeOfEnd(end)).toBe(exitCode);
  });

  it.each([
    ['refused input', ApplicationFailure.nonRetryable('no stack', 'InvalidInput'), 'invalid-input', 2],
    ['a cancellation', new CancelledFailure('cancelled'), 'cancelled', 1],
    ['a termination', new TerminatedFailure('by ops'), 'terminated', 3],
    ['anything else', ApplicationFailure.nonRetryable('odd', 'Odd'), 'failed', 3],
  ])('%s has no report', (_, cause, kind, exitCode) => {
    const end = endOf(cause)!;
    expect(end).toEqual({ kind, message: cause.message });
    expect(exitCodeOfEnd(end)).toBe(exitCode);
  });

  it('takes no other error for an end', () => {
    expect(endFromError(new Error('connection lost'))).toBeUndefined();
  });
});
