import { EngineRefused } from '../src/docker/engine.js';
import { openCapture } from '../src/store/captures.js';
import type { HostActivities } from './activities.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/** Safe to repeat because a name that is right already is left alone. */
export function restoreTags(world: World): HostActivities['restoreTags'] {
  return async (args) =>
    withTurn(world, args, async () => {
      const { tags } = await openCapture(world.layout, args.stack, args.capture.folder);
      for (const [reference, before] of Object.entries(tags)) await restoreTag(world, reference, before);
      return { leftovers: [] };
    });
}

async function restoreTag({ engine }: World, reference: string, before: string | null): Promise<void> {
  const now = await engine.imageId(reference);
  if (now === before) return;
  if (before !== null) return engine.tag(before, reference);
  try {
    await engine.untag(reference);
  } catch (error) {
    // A stopped container that could not be taken away still needs its image; it is listed as a leftover itself.
    if (!(error instanceof EngineRefused && error.statusCode === 409)) throw error;
  }
}
