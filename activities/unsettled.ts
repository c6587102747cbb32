import { lacksRoom } from '../src/docker/no-room.js';
import { runFolder } from '../src/store/layout.js';
import {
  noteSucceeded,
  type SwapRun,
  swapRuns,
  type UnsettledSwap,
  unsettledOf,
} from '../src/store/unsettled-swaps.js';
import { hasCompleted } from './run-open.js';
import type { World } from './world.js';

/**
 * Every volume of a stack that no run has answered for; runs of the workflow id `except` answer for themselves. Of a run that could not
 * write down how it ended, since the disk was full of what it had restored, Temporal is asked; what it says is noted, since it forgets.
 */
export async function unsettledSwaps(world: World, stack: string, except: string): Promise<UnsettledSwap[]> {
  const runs = await swapRuns(world.layout, stack);
  if (unsettledOf(runs).length === 0) return [];
  const asked = await Promise.all(runs.map((run) => withOutcome(world, stack, run)));
  return unsettledOf(asked).filter(({ workflowId }) => workflowId !== except);
}

/** That a run is completed says that it has succeeded. */
async function withOutcome(world: World, stack: string, run: SwapRun): Promise<SwapRun> {
  const { workflowId, runId, outcome, swaps } = run;
  if (outcome !== undefined || !swaps.some(({ stage }) => stage === 'filling')) return run;
  if (!(await hasCompleted(world.temporal, workflowId, runId))) return run;
  await noteSucceeded(runFolder(world.layout, stack, workflowId, runId)).catch((error: unknown) => {
    if (!lacksRoom(error)) throw error;
  });
  return { ...run, outcome: 'succeeded' };
}
