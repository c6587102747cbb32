import type { RunRef } from '../../client/deployments.js';
import { UsageError } from '../errors.js';

/**
 * The run that a text names: by its workflow id (of several runs of that the first in the list), by its run id, or by how
 * either begins or ends where that tells it from all others. Undefined where there is none.
 */
export function matchRun<Run extends RunRef>(name: string, runs: Run[]): Run | undefined {
  const exact = runs.find(({ workflowId, runId }) => workflowId === name || runId === name);
  if (exact) return exact;
  const alike = runs.filter((run) =>
    [run.workflowId, run.runId].some((id) => id.startsWith(name) || id.endsWith(name)),
  );
  if (new Set(alike.map(({ workflowId }) => workflowId)).size > 1) {
    const ids = alike.slice(0, MOST_NAMED).map(({ workflowId, runId }) => `${workflowId} (${runId})`);
    const more = alike.length > MOST_NAMED ? ` and ${alike.length - MOST_NAMED} more` : '';
    throw new UsageError(`"${name}" may be several runs: ${ids.join(', ')}${more}`, 'name one in full');
  }
  return alike[0];
}

const MOST_NAMED = 5;
