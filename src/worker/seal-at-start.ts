import { sealClosedRuns } from '../../activities/seal-closed-runs.js';
import type { World } from '../../activities/world.js';
import { stacksOnRecord } from '../store/run-folders.js';

/**
 * Seals the evidence of runs that were terminated, or lost their server, while no worker was there to do it. Never throws: it
 * is no reason not to work.
 */
export async function sealAtStart(world: World): Promise<void> {
  try {
    for (const stack of await stacksOnRecord(world.layout)) await sealClosedRuns(world, stack, world.leaving);
  } catch (error) {
    if (world.leaving.aborted) return;
    console.error(
      `Some closed runs are not sealed yet (${(error as Error).message}); the stack's next run tries again.`,
    );
  }
}
