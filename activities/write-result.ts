import path from 'node:path';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { archiveId, WORKFLOW_QUEUE } from '../src/names.js';
import { writeJson } from '../src/store/private-file.js';
import type { HostActivities } from './activities.js';
import { ownRun, ownRunFolder } from './run-place.js';
import type { World } from './world.js';

/** Safe to repeat because the same result is written over itself, and the run has one archive. */
export function writeResult(world: World): HostActivities['writeResult'] {
  return async ({ stack, result }) => {
    await writeJson(path.join(ownRunFolder(world, stack), 'result.json'), result);
    await startArchive(world, stack);
  };
}

/** A run cannot export its own closing event. What does it waits for the run to close, and is no child, which would end with it. */
async function startArchive({ host, temporal }: World, stack: string): Promise<void> {
  const run = ownRun();
  try {
    await temporal.workflow.start('archive', {
      taskQueue: WORKFLOW_QUEUE,
      workflowId: archiveId(run),
      args: [{ stack, host, ...run }],
      staticSummary: `Put ${run.workflowId} on record`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
