import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import type { DeploymentWorld } from './deployment-world.js';
import { temporalCli } from './temporal-cli.js';

/** Resets a run to its first workflow task, as a person would; the handle of the run that this begins. */
export async function resetToTheBeginning(world: DeploymentWorld, run: WorkflowHandle): Promise<WorkflowHandle> {
  return reset(world, run, ['--type', 'FirstWorkflowTask']);
}

/** Resets a run to where it had the answer of its first activity of that type, and had done nothing about it yet. */
export async function resetToAfter(
  world: DeploymentWorld,
  run: WorkflowHandle,
  activity: string,
): Promise<WorkflowHandle> {
  const events = (await run.fetchHistory()).events ?? [];
  const scheduled = events.find(
    ({ activityTaskScheduledEventAttributes: it }) => it?.activityType?.name === activity,
  )!.eventId;
  const answered = events.findIndex(({ activityTaskCompletedEventAttributes: it }) =>
    it?.scheduledEventId?.equals(scheduled as never),
  );
  const task = events.slice(answered).find(({ workflowTaskCompletedEventAttributes: it }) => it)!;
  return reset(world, run, ['--event-id', String(task.eventId)]);
}

async function reset(
  { client, env }: DeploymentWorld,
  { workflowId }: WorkflowHandle,
  point: string[],
): Promise<WorkflowHandle> {
  const which = ['--workflow-id', workflowId, ...point, '--reason', 'by a test'];
  const args = ['workflow', 'reset', ...which, '--output', 'json'];
  const { stdout } = await promisify(execFile)(temporalCli(), args, { env });
  return client.workflow.getHandle(workflowId, (JSON.parse(stdout) as { runId: string }).runId);
}
