import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { parallelBuilds, sampleCapacity } from '../src/docker/build-slots.js';
import { Slots } from '../src/docker/slots.js';
import { openFrozen } from '../src/store/frozen.js';
import { noteNaming } from '../src/store/named-images.js';
import type { HostActivities } from './activities.js';
import { composeUntil, imageMade } from './compose-children.js';
import { buildInputs, rememberBuild } from './may-change.js';
import { ownRunFolder } from './run-place.js';
import { refuseWhenNotBegun } from './take-turn.js';
import type { World } from './world.js';

/** All builds of this process share the host's memory, so they share the slots. */
const slots = new Slots();

/**
 * Safe to repeat because a build that outlived its worker is found by its traces and waited for, and a second one ends
 * with the same image. It changes no container; what it does to the tag is undone by `restoreTags`.
 */
export function buildImage(world: World): HostActivities['buildImage'] {
  return async (args) => {
    await refuseWhenNotBegun(world, args);
    const { stack, frozen: ref, service, noCache, pull } = args;
    const frozen = await openFrozen(world.layout, stack, ref.folder);
    const signal = cancellationSignal();
    const { image } = frozen.spec.services[service]!;
    const { limits } = frozen.spec.policy;
    const giveBack = await slots.take(async () => parallelBuilds(await sampleCapacity(), limits), signal);
    const startedAtMs = performance.now();
    try {
      // A later attempt may wait for the build of an earlier one, which read what was there before.
      const inputs = activityInfo().attempt === 1 ? await buildInputs(frozen, service) : undefined;
      const runFolder = ownRunFolder(world, stack);
      await noteNaming(runFolder, { reference: image });
      const id = await composeUntil(world, {
        stack,
        name: `build-${service}`,
        doing: `building ${service}`,
        frozen,
        prepare: async () => ({
          args: ['build', ...(noCache ? ['--no-cache'] : []), ...(pull ? ['--pull'] : []), service],
        }),
        look: async (end) => imageMade(world, image, end),
        unmet: `nothing is named ${image}; give the service an image name that its build can load`,
        env: { BUILDKIT_PROGRESS: 'plain' },
        terminateOn: signal,
      });
      await noteNaming(runFolder, { reference: image, imageId: id });
      if (inputs) await rememberBuild(world, frozen, service, { inputs, imageId: id });
      return { ref: image, id, durationMs: Math.round(performance.now() - startedAtMs) };
    } finally {
      giveBack();
    }
  };
}
