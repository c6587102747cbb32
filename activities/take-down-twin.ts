import type { HostActivities } from './activities.js';
import { removeTwin } from './remove-twin.js';
import { ownProjectFolder } from './run-place.js';
import type { World } from './world.js';

/**
 * Safe to repeat because it goes by what is there: what is gone is no longer found, and volumes without a name are noted
 * before their containers go. It asks for no turn: a run that has been overtaken still clears its own twin away.
 */
export function takeDownTwin(world: World): HostActivities['takeDownTwin'] {
  return async ({ stack, project }) => {
    const folder = ownProjectFolder(world, stack, project);
    return { leftovers: project === stack ? [] : await removeTwin(world, stack, project, { folder }) };
  };
}
