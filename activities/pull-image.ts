import { openFrozen } from '../src/store/frozen.js';
import { noteNaming } from '../src/store/named-images.js';
import type { HostActivities } from './activities.js';
import { childSignals } from './child-signals.js';
import { composeUntil, imagesMade } from './compose-children.js';
import { refuseWhenImagesEnded } from './image-children.js';
import { ownRunFolder } from './run-place.js';
import { refuseWhenNotBegun } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat because a pull that outlived its worker is found by its traces and waited for, and pulling again is
 * cheap. It changes no container; what it does to the tag is undone by `restoreTags`.
 */
export function pullImage(world: World): HostActivities['pullImage'] {
  return async (args) => {
    await refuseWhenNotBegun(world, args);
    const { stack, frozen: ref, service } = args;
    const frozen = await openFrozen(world.layout, stack, ref.folder);
    const { image } = frozen.spec.services[service]!;
    const startedAtMs = performance.now();
    const runFolder = ownRunFolder(world, stack);
    await noteNaming(runFolder, { reference: image });
    const [id] = await composeUntil(world, {
      stack,
      name: `pull-${service}`,
      doing: `pulling ${image} for ${service}`,
      frozen,
      prepare: async () => {
        await refuseWhenImagesEnded(runFolder);
        return { args: ['pull', service] };
      },
      look: (end) => imagesMade(world, [image], end),
      unmet: `nothing is named ${image} here`,
      ...childSignals(),
    });
    await noteNaming(runFolder, { reference: image, imageId: id! });
    return { ref: image, id: id!, durationMs: Math.round(performance.now() - startedAtMs) };
  };
}
