import { type Epoch, readEpoch } from '../src/store/epoch.js';
import { runFolder } from '../src/store/layout.js';
import { sweepDrafts } from './discard-drafts.js';
import { sweepImageChildren } from './image-children.js';
import { sweepTwins } from './remove-twin.js';
import { endPartCopies, sweepPartCopies } from './kept-volumes.js';
import { isRunClosed } from './run-open.js';
import { withStackLock } from './take-turn.js';
import type { World } from './world.js';

/**
 * Takes away what runs of a stack have left that were closed by force, where Temporal says that the newest of them is closed:
 * twins, builds that are still at work, copies of what a restore was about to replace, and unfinished backups with the dumps that
 * are still at work; what a copy had paused or stopped runs again. A run that is open is left
 * alone, and so is one that this Temporal does not know: it may be another one's.
 *
 * Safe to repeat because what is gone is no longer found. `signal` gives up waiting for the host lock.
 */
export async function sweepClosedRun(world: World, stack: string, signal: AbortSignal): Promise<void> {
  if (!(await closedNewestRun(world, stack))) return;
  await endPartCopies(world, stack);
  await withStackLock(
    world,
    stack,
    async () => {
      // Another one may have begun while we waited.
      const run = await closedNewestRun(world, stack);
      if (!run) return;
      await sweepTwins(world, stack, { signal });
      await sweepImageChildren(world, stack);
      await sweepPartCopies(world, stack);
      await sweepDrafts(world, stack, runFolder(world.layout, stack, run.workflowId, run.runId));
    },
    signal,
  );
}

async function closedNewestRun({ layout, temporal }: World, stack: string): Promise<Epoch | undefined> {
  const newest = await readEpoch(layout, stack);
  return newest && (await isRunClosed(temporal, newest.workflowId, newest.runId)) ? newest : undefined;
}
