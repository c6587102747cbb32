import path from 'node:path';
import { letGoOfAll } from '../src/backup/held-containers.js';
import { isAnyAtWork } from '../src/docker/end-children.js';
import { sweepDrafts } from '../src/store/backups.js';
import { type Epoch, readEpoch } from '../src/store/epoch.js';
import { runFolder } from '../src/store/layout.js';
import { backupScripts } from './found-stores.js';
import { sweepImageChildren } from './image-children.js';
import { sweepTwins } from './remove-twin.js';
import { endPartCopies, sweepPartCopies } from './kept-volumes.js';
import { isRunClosed } from './run-open.js';
import { backupFolders } from './run-place.js';
import { withStackLock } from './take-turn.js';
import type { World } from './world.js';

/**
 * Takes away what runs of a stack have left that were closed by force, where Temporal says that the newest of them is closed:
 * twins, builds that are still at work, copies of what a restore was about to replace, and unfinished backups, whose containers that a copy had paused or stopped run again. A run that is open is left
 * alone, and so is one that this Temporal does not know: it may be another one's.
 *
 * Safe to repeat because what is gone is no longer found. False where a dump is still at work, which ends by itself: to be
 * called again later. `signal` gives up waiting for the host lock.
 */
export async function sweepClosedRun(world: World, stack: string, signal: AbortSignal): Promise<boolean> {
  if (!(await closedNewestRun(world, stack))) return true;
  await endPartCopies(world, stack);
  return withStackLock(
    world,
    stack,
    async () => {
      // Another one may have begun while we waited.
      const run = await closedNewestRun(world, stack);
      if (!run) return true;
      await sweepTwins(world, stack, { signal });
      await sweepImageChildren(world, stack);
      await sweepPartCopies(world, stack);
      return sweepBackups(world, stack, run);
    },
    signal,
  );
}

async function closedNewestRun({ layout, temporal }: World, stack: string): Promise<Epoch | undefined> {
  const newest = await readEpoch(layout, stack);
  return newest && (await isRunClosed(temporal, newest.workflowId, newest.runId)) ? newest : undefined;
}

async function sweepBackups(world: World, stack: string, { workflowId, runId }: Epoch): Promise<boolean> {
  const folder = runFolder(world.layout, stack, workflowId, runId);
  for (const own of await backupFolders(folder)) {
    if (await isAnyAtWork(path.join(own, 'children'))) return false;
  }
  await sweepDrafts(world.layout, stack, undefined, async (draft) => {
    await letGoOfAll(draft, await backupScripts(world, { redact: (text) => text }, folder));
  });
  return true;
}
