import { WorkflowNotFoundError, type Client } from '@temporalio/client';

/** A paused run goes on some time. */
const OPEN = ['RUNNING', 'PAUSED'];

/** Whether a run is open; without `runId`, whether the newest run of the workflow id is. A run unknown to Temporal is not. */
export async function isRunOpen(temporal: Client, workflowId: string, runId?: string): Promise<boolean> {
  return (await openRun(temporal, workflowId, runId)) !== undefined;
}

/** Whether Temporal knows a run, and it has ended. */
export async function isRunClosed(temporal: Client, workflowId: string, runId: string): Promise<boolean> {
  const found = await describedRun(temporal, workflowId, runId);
  return found !== undefined && !OPEN.includes(found.status);
}

/** Whether Temporal knows that a run has succeeded: any other outcome fails or cancels it. */
export async function hasCompleted(temporal: Client, workflowId: string, runId: string): Promise<boolean> {
  return (await describedRun(temporal, workflowId, runId))?.status === 'COMPLETED';
}

/** When a run closed, by Temporal's clock: `Infinity` while it is open; undefined for a run unknown to Temporal. */
export async function closedAtMs(temporal: Client, workflowId: string, runId: string): Promise<number | undefined> {
  const found = await describedRun(temporal, workflowId, runId);
  return found && (OPEN.includes(found.status) ? Infinity : found.closedAtMs);
}

/** The open run of a workflow id, with the first run of its chain; undefined when none is open. */
export async function openRun(
  temporal: Client,
  workflowId: string,
  runId?: string,
): Promise<{ runId: string; firstRunId: string } | undefined> {
  const found = await describedRun(temporal, workflowId, runId);
  return found && OPEN.includes(found.status) ? { runId: found.runId, firstRunId: found.firstRunId } : undefined;
}

/** The first run of the chain that a run belongs to, open or closed; undefined for a run unknown to Temporal. */
export async function firstRunOf(temporal: Client, workflowId: string, runId: string): Promise<string | undefined> {
  return (await describedRun(temporal, workflowId, runId))?.firstRunId;
}

async function describedRun(
  temporal: Client,
  workflowId: string,
  runId?: string,
): Promise<{ status: string; runId: string; firstRunId: string; closedAtMs?: number } | undefined> {
  try {
    const description = await temporal.workflow.getHandle(workflowId, runId).describe();
    const firstRunId = description.raw.workflowExecutionInfo?.firstRunId;
    const { runId: id, closeTime } = description;
    return {
      ...{ status: description.status.name, runId: id, firstRunId: firstRunId ? firstRunId : id },
      ...(closeTime ? { closedAtMs: closeTime.getTime() } : {}),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
