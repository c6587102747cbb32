import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { archiveId, WORKFLOW_QUEUE } from '../src/names.js';
import { lacksRoom } from '../src/docker/no-room.js';
import { Weather } from '../src/docker/weather.js';
import { readEpoch } from '../src/store/epoch.js';
import { noteResult } from '../src/store/run-folders.js';
import { swapsOf } from '../src/store/swaps.js';
import type { HostActivities, Turn } from './activities.js';
import { ownRun, ownRunFolder } from './run-place.js';
import type { World } from './world.js';

/** Safe to repeat because the same result is written over itself, and the run has one archive. */
export function writeResult(world: World): HostActivities['writeResult'] {
  return async ({ stack, epoch, result }) => {
    const folder = ownRunFolder(world, stack);
    const overtaken = await isOvertaken(world, { stack, epoch });
    await noteResult(folder, result, overtaken).catch((error: unknown) => waitForRoom(folder, error));
    await startArchive(world, stack);
  };
}

/** Runs to come go by how one ended that has replaced data. It has most likely filled the disk, and a person may make room. */
async function waitForRoom(folder: string, error: unknown): Promise<never> {
  if (!lacksRoom(error) || (await swapsOf(folder)).length === 0) throw error;
  throw new Weather(`there is no room to note how the run ended: ${(error as Error).message}`);
}

/** Another run has the turn by now, so this one may have ended without taking anything back. */
async function isOvertaken({ layout }: World, { stack, epoch }: Turn): Promise<boolean> {
  const current = await readEpoch(layout, stack);
  return epoch !== 0 && current !== undefined && current.epoch > epoch;
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
