import { type Client, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { RunRef } from './deployments.js';

/** How a run of a moment ended: with a report, or with the reason why there is none. */
export type ShortEnd<Report> = { kind: 'reported'; report: Report } | { kind: 'failed'; type: string; message: string };

/** Waits for the end of a run that has nothing to be followed. */
export async function endOfShortRun<Report>(client: Client, { workflowId, runId }: RunRef): Promise<ShortEnd<Report>> {
  try {
    return { kind: 'reported', report: (await client.workflow.getHandle(workflowId, runId).result()) as Report };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    const type = cause instanceof ApplicationFailure ? (cause.type ?? 'Failed') : 'Failed';
    return { kind: 'failed', type, message: cause?.message ?? error.message };
  }
}
