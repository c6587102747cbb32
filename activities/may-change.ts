import { parse } from 'yaml';
import { contextHash, type ContextHash } from '../src/docker/context-hash.js';
import type { ObservedStack } from '../src/plan/observed-stack.js';
import { canonicalJson } from '../src/plan/plan-hash.js';
import type { ServiceSpec } from '../src/spec/stack-spec.js';
import { builtContext, rememberContext } from '../src/store/built-contexts.js';
import { frozenYaml, type Frozen } from '../src/store/frozen.js';
import type { World } from './world.js';

/** A deployment that is only thought of. */
export interface Intent {
  frozen: Frozen;
  observed: ObservedStack;
  /** The services asked for; empty: all. */
  services: string[];
  /** Images, and base images of builds, would be pulled anew. */
  pull: boolean;
  /** Builds would go without the builder's cache. */
  noCache: boolean;
}

/**
 * For a plan made before the builds: those of the services asked for whose image a build or a pull could change, and
 * why. A service that would be built from what its image was built from already is not among them.
 */
export async function whatMayChange(
  { layout }: Pick<World, 'layout'>,
  intent: Intent,
): Promise<Record<string, string>> {
  const { frozen, services } = intent;
  const asked = Object.values(frozen.spec.services).filter(
    ({ name }) => services.length === 0 || services.includes(name),
  );
  const reasons = await Promise.all(
    asked.map(async (service) => {
      const reason = service.build ? await buildReason(layout, intent, service) : pullReason(intent, service);
      return [service.name, reason] as const;
    }),
  );
  return Object.fromEntries(reasons.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** What the builds of services read; taken before them, to be remembered with the images that come of them. */
export async function buildInputs(frozen: Frozen, services: string[]): Promise<Record<string, ContextHash>> {
  const rendered = parse(await frozenYaml(frozen)) as { services?: Record<string, { build?: unknown }> };
  const inputs = await Promise.all(
    services.map(async (service) => {
      const recipe = canonicalJson(rendered.services?.[service]?.build ?? null);
      return [service, await contextHash(frozen.spec.services[service]!.build!, recipe)] as const;
    }),
  );
  return Object.fromEntries(inputs);
}

/** Afterwards a dry run knows that building the service from these inputs would give this image. */
export async function rememberBuild(
  { layout }: Pick<World, 'layout'>,
  { spec }: Frozen,
  service: string,
  { inputs, imageId }: { inputs: ContextHash; imageId: string },
): Promise<void> {
  if (!('hash' in inputs)) return;
  await rememberContext(layout, spec.project, spec.services[service]!.image, { contextHash: inputs.hash, imageId });
}

async function buildReason(
  layout: World['layout'],
  { frozen, observed, pull, noCache }: Intent,
  { name, image, pullPolicy }: ServiceSpec,
): Promise<string | undefined> {
  if (pullPolicy === 'never') return undefined;
  if (noCache) return 'it is built without cache';
  const known = await builtContext(layout, frozen.spec.project, image);
  if (!known) return 'it has not been built here yet';
  if (known.imageId !== observed.images[image]) return `${image} is not what was built here last`;
  const inputs = (await buildInputs(frozen, [name]))[name]!;
  if (!('hash' in inputs)) return inputs.unknown;
  if (inputs.hash !== known.contextHash) return 'its build context changed';
  return pull ? 'its base images are pulled' : undefined;
}

function pullReason({ observed, pull }: Intent, { image, pullPolicy }: ServiceSpec): string | undefined {
  if (pullPolicy === 'never') return undefined;
  if (pull || pullPolicy === 'always') return 'its image is pulled';
  return observed.images[image] === null ? 'its image is not here, and is pulled' : undefined;
}
