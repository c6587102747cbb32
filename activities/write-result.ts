import path from 'node:path';
import { activityInfo } from '@temporalio/activity';
import { runFolder } from '../src/store/layout.js';
import { writeJson } from '../src/store/private-file.js';
import type { HostActivities } from './activities.js';
import type { World } from './world.js';

/** Safe to repeat because the same result is written over itself. */
export function writeResult(world: World): HostActivities['writeResult'] {
  return async ({ stack, result }) => {
    const { workflowId, runId } = activityInfo().workflowExecution!;
    await writeJson(path.join(runFolder(world.layout, stack, workflowId, runId), 'result.json'), result);
  };
}
