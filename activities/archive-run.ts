import { cancellationSignal, sleep } from '@temporalio/activity';
import type { HostActivities } from './activities.js';
import { isRunOpen } from './run-open.js';
import { sealClosedRuns } from './seal-closed-runs.js';
import type { World } from './world.js';

const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/** Safe to repeat because a run that is sealed is left alone, and what has not been sealed is written over itself. */
export function archiveRun(world: World): HostActivities['archiveRun'] {
  return async ({ stack, workflowId, runId }) => {
    for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      if (!(await isRunOpen(world.temporal, workflowId, runId))) break;
      await sleep(pauseMs);
    }
    await sealClosedRuns(world, stack, cancellationSignal());
  };
}
