import path from 'node:path';
import type { ContainerInspect } from '../src/docker/engine.js';
import { containersOf, type ObservedStack } from '../src/plan/observed-stack.js';
import type { ReleaseFacts, ServiceFacts } from '../src/plan/release-facts.js';
import { openFrozen } from '../src/store/frozen.js';
import { stackFolder } from '../src/store/layout.js';
import type { World } from './world.js';

const CONFIG_FILES = 'com.docker.compose.project.config_files';

/** The file that Compose says it made a container from; undefined where there is no such container. */
export function madeFrom(inspect: ContainerInspect | undefined): string | undefined {
  return inspect?.Config.Labels[CONFIG_FILES];
}

/**
 * What the last release did, corrected for services that a former self of the run has begun: their containers come from
 * the frozen configuration that Compose says it made them from, and so do their contents.
 */
export async function withBegunFacts(
  world: World,
  last: ReleaseFacts | undefined,
  observed: ObservedStack,
  begun: string[],
): Promise<ReleaseFacts | undefined> {
  const found = await Promise.all(begun.map(async (name) => [name, await factsOf(world, observed, name)] as const));
  const known = found.filter((entry): entry is [string, ServiceFacts] => entry[1] !== undefined);
  return last && { ...last, services: { ...last.services, ...Object.fromEntries(known) } };
}

/** Undefined where Compose made any of the containers from something else than one frozen configuration of this stack. */
async function factsOf(
  { engine, layout }: World,
  observed: ObservedStack,
  service: string,
): Promise<ServiceFacts | undefined> {
  const containers = containersOf(observed, service);
  const inspects = await Promise.all(containers.map(({ id }) => engine.inspect(id)));
  const [file, ...others] = new Set(inspects.map((inspect) => madeFrom(inspect)));
  if (file === undefined || others.length > 0 || path.basename(path.dirname(file)) !== 'frozen') return undefined;
  const place = path.relative(stackFolder(layout, observed.project), path.dirname(file));
  if (place.startsWith('..')) return undefined;
  const made = (await openFrozen(layout, observed.project, place)).spec.services[service];
  if (!made) return undefined;
  const { imageId, configHash } = containers[0]!;
  const { contentHashes, scale } = made;
  return { containerIds: containers.map(({ id }) => id), imageId, configHash, contentHashes, scale };
}
