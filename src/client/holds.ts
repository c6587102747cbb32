import type { Client } from '@temporalio/client';
import { holdRunId, WORKFLOW_QUEUE } from '../names.js';
import { holdInput, type HoldRequest } from '../spec/hold-input.js';
import type { RunRef } from './deployments.js';

/** Asks for a hold of a stack, or for its end; it is durable once this returns. Throws zod's error for input that the workflow would refuse. */
export async function startHold(client: Client, request: HoldRequest, now = new Date()): Promise<RunRef> {
  const { stack, host, performer, reason } = holdInput().parse(request);
  const handle = await client.workflow.start('hold', {
    taskQueue: WORKFLOW_QUEUE,
    workflowId: holdRunId(host ?? 'any', stack, now),
    args: [request],
    staticSummary: request.end ? `Lift the hold of ${stack}` : `Hold ${stack}`,
    staticDetails: [`Asked for by ${performer}.`, ...(reason === undefined ? [] : [`Reason: ${reason}`])].join('\n\n'),
  });
  return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
}
