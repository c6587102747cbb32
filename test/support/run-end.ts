import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { CancelledFailure, TerminatedFailure } from '@temporalio/common';
import type { DeployResult } from '../../src/spec/deploy-result.js';
import type { Progress } from '../../src/spec/progress.js';

/** How a run closed, whatever its outcome. */
export interface RunEnd {
  status: 'completed' | 'failed' | 'cancelled' | 'terminated';
  /** The outcome, or `InvalidInput`. */
  type?: string;
  message: string;
  result?: DeployResult;
}

/** Waits for the end of a run. A result that never comes is a failed test, not a hanging one. */
export async function endOf(handle: WorkflowHandle, withinMs = 120_000): Promise<RunEnd> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${handle.workflowId} did not end`)), withinMs);
  });
  try {
    return await Promise.race([closed(handle), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function closed(handle: WorkflowHandle): Promise<RunEnd> {
  try {
    const result = (await handle.result()) as DeployResult;
    return { status: 'completed', type: result.outcome, message: '', result };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return failedEnd(handle, error.cause);
  }
}

async function failedEnd(handle: WorkflowHandle, cause: Error | undefined): Promise<RunEnd> {
  if (cause instanceof TerminatedFailure) return { status: 'terminated', message: cause.message };
  if (cause instanceof CancelledFailure) {
    const { result } = await handle.query<Progress>('progress');
    return { status: 'cancelled', type: result?.outcome, message: cause.message, result };
  }
  const failure = cause as ApplicationFailure;
  const result = failure.details?.[0] as DeployResult | undefined;
  return { status: 'failed', type: failure.type ?? undefined, message: failure.message, result };
}
