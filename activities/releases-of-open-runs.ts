import { WorkflowNotFoundError } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { probationId } from '../src/names.js';
import type { RawHistory } from '../src/report/history-event.js';
import { accountOfHistory } from '../src/report/read-history.js';
import { openRun } from './run-open.js';
import type { World } from './world.js';

/**
 * Releases that other open runs of a stack have been asked about: a rollback that may be waiting for its turn, and the
 * probation of a release with where it would go back to.
 */
export async function releasesOfOpenRuns({ temporal, host }: World, stack: string): Promise<string[]> {
  const watch = probationId(host, stack);
  const probation = await openRun(temporal, watch);
  const open = probation ? [{ workflowId: watch, runId: probation.runId }] : [];
  const query = 'WorkflowType = "rollback" AND ExecutionStatus = "Running"';
  for await (const { workflowId, runId } of temporal.workflow.list({ query })) open.push({ workflowId, runId });

  const inputs = await Promise.all(open.map((run) => inputOf(temporal, run)));
  return inputs
    .filter((input) => input['stack'] === stack)
    .flatMap(({ to, release, previous }) => [to, release, previous])
    .filter((id) => typeof id === 'string');
}

/** What a run was asked for; nothing where it is gone by now. */
async function inputOf(
  temporal: World['temporal'],
  run: { workflowId: string; runId: string },
): Promise<Record<string, unknown>> {
  try {
    const history = historyToJSON(await temporal.workflow.getHandle(run.workflowId, run.runId).fetchHistory());
    return (accountOfHistory(JSON.parse(history) as RawHistory, run).input ?? {}) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return {};
    throw error;
  }
}
