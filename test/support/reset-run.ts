import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import type { DeploymentWorld } from './deployment-world.js';
import { temporalCli } from './temporal-cli.js';

/** Resets a run to its first workflow task, as a person would; the handle of the run that this begins. */
export async function resetToTheBeginning(
  { address, client }: DeploymentWorld,
  { workflowId }: WorkflowHandle,
): Promise<WorkflowHandle> {
  const which = ['--workflow-id', workflowId, '--type', 'FirstWorkflowTask', '--reason', 'by a test'];
  const server = ['--address', address, '--output', 'json'];
  const { stdout } = await promisify(execFile)(temporalCli(), ['workflow', 'reset', ...which, ...server]);
  return client.workflow.getHandle(workflowId, (JSON.parse(stdout) as { runId: string }).runId);
}
