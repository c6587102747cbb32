import type { HostActivities } from './activities.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/** Safe to repeat because what is stopped, or gone, is fine. */
export function restService(world: World): HostActivities['restService'] {
  return async (args) =>
    withTurn(world, args, async () => {
      const containers = await world.engine.containers(args.stack, args.service);
      await Promise.all(containers.map(({ id }) => world.engine.stop(id)));
    });
}
