import { openCapture } from '../src/store/captures.js';
import type { HostActivities } from './activities.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat because what is stopped or gone is fine, and nothing that was captured is touched: where a replace had
 * not got far, the old container goes on serving.
 */
export function stopService(world: World): HostActivities['stopService'] {
  return async (args) =>
    withTurn(world, args, async () => {
      const { stack, service, capture } = args;
      const { containers: captured } = await openCapture(world.layout, stack, capture.folder);
      const before = new Set(captured[service]?.map(({ id }) => id));
      const made = (await world.engine.containers(stack)).filter(
        (container) => container.service === service && !before.has(container.id),
      );
      await Promise.all(made.map(({ id }) => world.engine.stop(id)));
    });
}
