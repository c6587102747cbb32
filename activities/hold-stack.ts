import { stands } from '../src/spec/hold.js';
import { noteHold, readHold } from '../src/store/holds.js';
import type { HostActivities } from './activities.js';
import { knownStack } from './known-stack.js';
import type { World } from './world.js';

/** Safe to repeat because the same word is written once, and an earlier one does not count any more. */
export function holdStack(world: World): HostActivities['holdStack'] {
  return async ({ stack, word, dryRun }) => {
    const { layout, host } = world;
    await knownStack(world, stack);
    const last = dryRun ? await readHold(layout, stack) : await noteHold(layout, stack, word);
    const now = dryRun ? word : await readHold(layout, stack);
    return {
      ...{ stack, host },
      ...(now && stands(now, Date.now()) ? { hold: now } : {}),
      ...(last && stands(last, word.atMs) ? { before: last } : {}),
      ...(dryRun ? { dryRun } : {}),
    };
  };
}
