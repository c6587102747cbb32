import type { Client } from '@temporalio/client';
import { checkRunId, WORKFLOW_QUEUE } from '../names.js';
import { checkInput, type CheckRequest } from '../spec/check-input.js';
import type { RunRef } from './deployments.js';

/** Asks for one look at a stack; it is durable once this returns. Throws zod's error for input that the workflow would refuse. */
export async function startCheck(client: Client, request: CheckRequest, now = new Date()): Promise<RunRef> {
  const { stack, host, only } = checkInput().parse(request);
  const handle = await client.workflow.start('check', {
    taskQueue: WORKFLOW_QUEUE,
    workflowId: checkRunId(host ?? 'any', stack, now),
    args: [request],
    staticSummary: `Look at ${only === undefined ? stack : `${only} of ${stack}`}`,
  });
  return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
}
