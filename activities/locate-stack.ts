import type { AnyWorkerActivities } from './activities.js';
import { knownStack } from './known-stack.js';
import type { World } from './world.js';

/** With one worker the stack is on that worker's host; another host, when named, is asked by its own queue. */
export function locateStack(world: World & { indexed: boolean }): AnyWorkerActivities['locateStack'] {
  return async ({ stack, host }) => {
    if (host !== undefined && host !== world.host) return { host, indexed: world.indexed };
    await knownStack(world, stack);
    return { host: world.host, indexed: world.indexed };
  };
}
