import { parse } from 'yaml';
import { type SeenContainer, databaseType } from '../src/backup/discover.js';
import type { ContainerInspect } from '../src/docker/engine.js';
import { observedContainer } from '../src/docker/observed-from-inspect.js';
import { specFromContainers } from '../src/docker/spec-from-containers.js';
import type { ObservedContainer } from '../src/plan/observed-stack.js';
import { serviceBackupOf } from '../src/spec/backup-schema.js';
import { mapping } from '../src/spec/from-rendered.js';
import { EXTENSION } from '../src/spec/policy.js';
import { redactor, secretValuesOf } from '../src/spec/redact.js';
import type { ServiceBackupPolicy, StackSpec } from '../src/spec/stack-spec.js';
import { type Frozen, frozenYaml, openFrozen } from '../src/store/frozen.js';
import { latestRelease, type Release } from '../src/store/releases.js';
import { seenContainer } from './found-stores.js';
import type { World } from './world.js';

/** A stack as it serves now, and what is known of how it should. */
export interface ServingStack {
  release?: Release;
  /** The services that were released; where nothing was, those that have containers. */
  spec: StackSpec;
  /** All containers of the project, leftovers and orphans included, with their inspects. */
  containers: { observed: ObservedContainer; inspect: ContainerInspect }[];
  /** PostgreSQL and Redis servers, by service. */
  stores: Record<string, 'postgres' | 'redis'>;
  policies: Record<string, ServiceBackupPolicy>;
  redact: (text: string) => string;
}

/** Looks a stack up: its last release with the frozen configurations of it, else what its containers tell by themselves. */
export async function servingStack(world: World, stack: string): Promise<ServingStack> {
  const { layout, engine } = world;
  const [release, inspects] = await Promise.all([latestRelease(layout, stack), engine.inspects(stack)]);
  const containers = inspects.map((inspect) => ({ observed: observedContainer(inspect), inspect }));
  const folders = [...new Set(Object.values(release?.services ?? {}).flatMap(({ frozen }) => frozen ?? []))];
  const opened = new Map(
    await Promise.all(folders.map(async (folder) => [folder, await openFrozen(layout, stack, folder)] as const)),
  );
  const derived = specFromContainers(
    stack,
    containers.filter(({ observed }) => observed.leftoverOf === undefined).map(({ inspect }) => inspect),
  );
  const newest = release && opened.get(folders.sort(byRelease).at(-1) ?? '');
  const policies = newest ? await policiesOf(newest) : {};
  const environments = containers.flatMap(({ inspect }) => (inspect.Config.Env ?? []).map(pair));
  const redactContainers = redactor(secretValuesOf(environments));
  const redact = (text: string): string =>
    [...opened.values()].reduce((clean, frozen) => frozen.redact(clean), redactContainers(text));
  const seen = containers
    .filter(({ observed }) => observed.leftoverOf === undefined)
    .map(({ observed, inspect }) => seenContainer(inspect, observed.service, observed.number));
  return {
    ...(release ? { release } : {}),
    spec: release ? specOf(release, opened, derived, newest?.spec) : derived,
    ...{ containers, policies, redact, stores: storesOf(seen, policies) },
  };
}

/** Each service as the configuration has it that it was released with. */
function specOf(
  release: Release,
  opened: Map<string, Frozen>,
  derived: StackSpec,
  newest: StackSpec | undefined,
): StackSpec {
  const services = Object.entries(release.services).flatMap(([name, { frozen }]) => {
    const service =
      (frozen === undefined ? undefined : opened.get(frozen)?.spec.services[name]) ?? derived.services[name];
    return service ? [[name, service] as const] : [];
  });
  return { ...(newest ?? derived), services: Object.fromEntries(services) };
}

function storesOf(seen: SeenContainer[], policies: Record<string, ServiceBackupPolicy>): ServingStack['stores'] {
  return Object.fromEntries(
    seen.flatMap((container) => {
      const type = databaseType(container, { policies });
      return type === undefined ? [] : [[container.service, type] as const];
    }),
  );
}

async function policiesOf(frozen: Frozen): Promise<Record<string, ServiceBackupPolicy>> {
  const services = mapping(mapping(parse(await frozenYaml(frozen)))['services']);
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [name, serviceBackupOf(mapping(service)[EXTENSION])]),
  );
}

/** `releases/<n>/frozen`, the lowest number first. */
function byRelease(a: string, b: string): number {
  const number = (folder: string): number => Number(/(\d+)/.exec(folder)?.[1] ?? 0);
  return number(a) - number(b);
}

function pair(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}
