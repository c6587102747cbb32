import { type Client, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { checkRunId, WORKFLOW_QUEUE } from '../names.js';
import { checkInput, type CheckRequest } from '../spec/check-input.js';
import type { CheckReport } from '../spec/check-report.js';
import type { RunRef } from './deployments.js';

/** How a look ended: with a report, or with the reason why there is none. */
export type CheckEnd = { kind: 'reported'; report: CheckReport } | { kind: 'failed'; type: string; message: string };

/** Asks for one look at a stack; it is durable once this returns. Throws zod's error for input that the workflow would refuse. */
export async function startCheck(client: Client, request: CheckRequest, now = new Date()): Promise<RunRef> {
  const { stack, host, only } = checkInput.parse(request);
  const handle = await client.workflow.start('check', {
    taskQueue: WORKFLOW_QUEUE,
    workflowId: checkRunId(host ?? 'any', stack, now),
    args: [request],
    staticSummary: `Look at ${only === undefined ? stack : `${only} of ${stack}`}`,
  });
  return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
}

/** Waits for the end of a look. */
export async function endOfCheck(client: Client, { workflowId, runId }: RunRef): Promise<CheckEnd> {
  try {
    return { kind: 'reported', report: (await client.workflow.getHandle(workflowId, runId).result()) as CheckReport };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    const type = cause instanceof ApplicationFailure ? (cause.type ?? 'Failed') : 'Failed';
    return { kind: 'failed', type, message: cause?.message ?? error.message };
  }
}
