import { activityInfo, ApplicationFailure, cancellationSignal } from '@temporalio/activity';
import { parallelBuilds, sampleCapacity } from '../src/docker/build-slots.js';
import { buildLimit } from '../src/docker/compose-command.js';
import { frozenEnvironment } from '../src/docker/compose-environment.js';
import { hasMissedOwnBuilder } from '../src/docker/missed-builder.js';
import { Slots } from '../src/docker/slots.js';
import { encodeName } from '../src/store/layout.js';
import { openFrozen, type Frozen } from '../src/store/frozen.js';
import { noteNaming } from '../src/store/named-images.js';
import type { HostActivities, ImageMade } from './activities.js';
import { childSignals } from './child-signals.js';
import { composeUntil, imagesMade } from './compose-children.js';
import { FAILURE } from './failures.js';
import { refuseWhenImagesEnded } from './image-children.js';
import { buildInputs, rememberBuild } from './may-change.js';
import { ownRunFolder } from './run-place.js';
import { refuseWhenNotBegun } from './take-turn.js';
import type { World } from './world.js';

/** All builds of this process share the host's memory, so they share the slots. */
const slots = new Slots();

type How = Pick<Parameters<HostActivities['buildImages']>[0], 'noCache' | 'pull'> & {
  /** What Compose is told of how many may be under way at once. */
  limit: Record<string, string>;
};

/**
 * Safe to repeat because a build that outlived its worker is found by its traces and waited for, and a second one ends
 * with the same images. It changes no container; what it does to tags is undone by `restoreTags`.
 */
export function buildImages(world: World): HostActivities['buildImages'] {
  return async (args) => {
    await refuseWhenNotBegun(world, args);
    const { stack, frozen: ref, services, noCache, pull } = args;
    const frozen = await openFrozen(world.layout, stack, ref.folder);
    const allowed = async (): Promise<number> => parallelBuilds(await sampleCapacity(), frozen.spec.policy.limits);
    const made: ImageMade[] = [];
    while (made.length < services.length) {
      const left = services.slice(made.length);
      const { count, giveBack } = await slots.takeSome(allowed, left.length, cancellationSignal());
      try {
        const limit = count < left.length ? buildLimit(count) : {};
        // One call is a third of the cost of one for each. A Compose that cannot be limited gets as many as may be under way.
        const batch = limit === undefined ? left.slice(0, count) : left;
        made.push(...(await buildTogether(world, frozen, batch, { noCache, pull, limit: limit ?? {} })));
      } finally {
        giveBack();
      }
    }
    return made;
  };
}

/**
 * Where one of several fails, Compose names it in one way or another, or not at all. So each is then built by itself, and
 * the one that fails speaks for itself; what had been built by then is in the builder's cache.
 */
async function buildTogether(world: World, frozen: Frozen, services: string[], how: How): Promise<ImageMade[]> {
  try {
    return await build(world, frozen, services, how);
  } catch (error) {
    const isBuilds = error instanceof ApplicationFailure && error.type === FAILURE.stepFailed;
    if (!isBuilds || services.length === 1) throw error;
    const { excerpt } = error.details![0] as { excerpt: string[] };
    const made: ImageMade[] = [];
    for (const service of namedFirst(services, excerpt)) made.push(...(await build(world, frozen, [service], how)));
    return made;
  }
}

async function build(
  world: World,
  frozen: Frozen,
  services: string[],
  { noCache, pull, limit }: How,
): Promise<ImageMade[]> {
  const startedAtMs = performance.now();
  const { project: stack } = frozen.spec;
  const runFolder = ownRunFolder(world, stack);
  // A later attempt may wait for the build of an earlier one, which read what was there before.
  const inputs = activityInfo().attempt === 1 ? await buildInputs(frozen, services) : {};
  const references = services.map((service) => frozen.spec.services[service]!.image);
  await Promise.all(references.map((reference) => noteNaming(runFolder, { reference })));
  const names = services.join(', ');
  const ids = await composeUntil(world, {
    stack,
    name: encodeName(`build-${services.join('+')}`),
    doing: `building ${names}`,
    ...(services.length === 1 ? { culprit: names } : {}),
    frozen,
    prepare: async () => {
      await refuseWhenImagesEnded(runFolder);
      return { args: ['build', ...(noCache ? ['--no-cache'] : []), ...(pull ? ['--pull'] : []), ...services] };
    },
    look: (end) => imagesMade(world, references, end),
    passes: async (output) =>
      (await hasMissedOwnBuilder(output, frozenEnvironment(world, frozen)))
        ? "Docker's own builder did not answer"
        : undefined,
    unmet: `nothing is named ${references.join(', or ')}; give the service an image name that its build can load`,
    env: { BUILDKIT_PROGRESS: 'plain', ...limit },
    ...childSignals(),
  });
  const durationMs = Math.round(performance.now() - startedAtMs);
  return Promise.all(
    services.map(async (service, index) => {
      const [reference, imageId] = [references[index]!, ids[index]!];
      await noteNaming(runFolder, { reference, imageId });
      if (inputs[service]) await rememberBuild(world, frozen, service, { inputs: inputs[service], imageId });
      return { ref: reference, id: imageId, durationMs };
    }),
  );
}

/** Those that the last lines name come first: `> [api 2/3] RUN …`, or `target api: …`. */
function namedFirst(services: string[], lines: string[]): string[] {
  const isNamed = (service: string): boolean =>
    lines.some((line) => line.includes(`[${service} `) || line.includes(`target ${service}:`));
  return [...services.filter(isNamed), ...services.filter((service) => !isNamed(service))];
}
