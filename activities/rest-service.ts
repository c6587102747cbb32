import type { HostActivities } from './activities.js';
import { firstFoundByHand } from './found-by-hand.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/** Safe to repeat because what is stopped, or gone, is fine; and what somebody else has made is told from what was there. */
export function restService(world: World): HostActivities['restService'] {
  return async (args) =>
    withTurn(world, args, async () => {
      const { seen } = args;
      const found = seen && (await firstFoundByHand(world, args.stack, seen));
      if (found) return found;
      const containers = await world.engine.containers(args.stack, args.service);
      await Promise.all(containers.map(({ id }) => world.engine.stop(id)));
      return undefined;
    });
}
