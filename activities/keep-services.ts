import { keepContainer, type Keeping } from '../src/docker/keep-container.js';
import { isWeather } from '../src/docker/weather.js';
import { pinImage, pinName } from '../src/docker/pins.js';
import { containersOf, type ObservedContainer, type ObservedStack } from '../src/plan/observed-stack.js';
import type { StackSpec } from '../src/spec/stack-spec.js';
import type { KeptContainer, Release, ReleasedService } from '../src/store/releases.js';
import { sameFiles } from '../src/store/same-services.js';
import { seenContent } from '../src/store/seen-content.js';

/** What is known about where the containers come from. */
export interface Origins {
  /** This run's frozen configuration, and where the release will have it. */
  own: { spec: StackSpec; frozen: string };
  /** Services whose containers this run made from it. */
  made: Set<string>;
  /** The release before. */
  previous?: Release;
}

/**
 * Records every service that has a container: keeps what its containers are made of, and decides by which way each would
 * come back. Repeating it makes the same again. A release that counts has its images pinned too: `pinServices`.
 */
export async function keepServices(
  keeping: Keeping,
  observed: ObservedStack,
  origins: Origins,
): Promise<Record<string, ReleasedService>> {
  const names = [...new Set(observed.containers.map(({ service }) => service))].sort();
  const services = await Promise.all(names.map((name) => keepService(keeping, observed, origins, name)));
  return Object.fromEntries(names.flatMap((name, index) => (services[index] ? [[name, services[index]]] : [])));
}

async function keepService(
  keeping: Keeping,
  observed: ObservedStack,
  origins: Origins,
  name: string,
): Promise<ReleasedService | undefined> {
  const containers = containersOf(observed, name);
  const [first] = containers;
  if (!first) return undefined;
  const kept = await keepContainers(keeping, containers, origins, name);
  return {
    state: kept[0]!.state,
    scale: kept.length,
    imageRef: first.imageRef,
    imageId: first.imageId,
    configHash: first.configHash,
    ...originOf(name, containers, kept, origins),
    containers: kept,
  };
}

/**
 * The same services with their images pinned. Only for a release that is appended: nobody would take other pins away. Where Docker
 * refuses one there will be no such release, and the others are let go; after weather the next attempt pins them all.
 */
export async function pinServices(
  keeping: Keeping,
  stack: string,
  services: Record<string, ReleasedService>,
): Promise<Record<string, ReleasedService>> {
  const pinned = await Promise.allSettled(
    Object.entries(services).map(
      async ([name, service]) =>
        [name, { ...service, ...(await pinAll(keeping, stack, name, service.containers)) }] as const,
    ),
  );
  const refused = pinned.find((end) => end.status === 'rejected');
  if (!refused) return Object.fromEntries(pinned.map((end) => (end as PromiseFulfilledResult<Pinned>).value));
  if (!isWeather(refused.reason)) await letPinsGo(keeping, stack, services);
  throw refused.reason;
}

type Pinned = readonly [string, ReleasedService];

async function letPinsGo(
  { engine, draft }: Keeping,
  stack: string,
  services: Record<string, ReleasedService>,
): Promise<void> {
  const pins = Object.entries(services).flatMap(([name, { containers }]) => [
    pinName(stack, name, draft.id),
    ...containers.map(({ number }) => pinName(stack, name, draft.id, number)),
  ]);
  // What refused the pin may refuse this: then the next release takes the name over.
  await Promise.allSettled(pins.map((pin) => engine.untagUnused(pin)));
}

async function keepContainers(
  keeping: Keeping,
  containers: ObservedContainer[],
  { own, made, previous }: Origins,
  name: string,
): Promise<KeptContainer[]> {
  const before = previous?.services[name]?.containers ?? [];
  // Looking for what was copied into a container takes longest; nothing was, where this run had nothing to copy.
  const known = made.has(name) && !hasCopies(own.spec, name) ? { copied: [] } : undefined;
  return Promise.all(
    containers.map((container) =>
      keepContainer(keeping, container, before.find(({ id }) => id === container.id) ?? known),
    ),
  );
}

/** Whether a service has secrets or configs: some kinds of them Compose copies into its containers. */
function hasCopies({ services }: StackSpec, name: string): boolean {
  return Object.keys(services[name]?.contentHashes ?? {}).some((key) => /^(secret|config):/.test(key));
}

type Origin = Pick<ReleasedService, 'method' | 'frozen' | 'contentHashes'>;

/** Compose may make it again where a frozen file is known that gives exactly this; otherwise its inspects have to do. */
function originOf(name: string, containers: ObservedContainer[], kept: KeptContainer[], origins: Origins): Origin {
  const { own, made, previous } = origins;
  const asked = own.spec.services[name];
  const before = previous?.services[name];
  const { configHash } = containers[0]!;
  const fitsOwn = asked?.configHash === configHash && areAlike(containers, kept);
  if (fitsOwn && made.has(name)) return { method: 'compose', frozen: own.frozen, contentHashes: asked.contentHashes };

  if (before?.configHash === configHash && areAlike(containers, kept) && sameContent(before.containers, kept)) {
    const { method, frozen, contentHashes } = before;
    return { method, contentHashes, ...(frozen === undefined ? {} : { frozen }) };
  }
  const contentHashes = seenContent(asked?.contentHashes ?? {}, kept);
  const known = new Set(Object.values(asked?.contentHashes ?? {}));
  const copiesAreOwn = kept.every(({ copied }) => copied.every(({ hash }) => known.has(hash)));
  if (fitsOwn && copiesAreOwn) return { method: 'compose', frozen: own.frozen, contentHashes };
  return { method: 'inspect', contentHashes };
}

/** Compose makes all containers of a service alike; where they differ, no single file accounts for them. */
function areAlike(containers: ObservedContainer[], kept: KeptContainer[]): boolean {
  return (
    new Set(containers.map(({ imageId, configHash }) => `${imageId} ${configHash}`)).size === 1 &&
    new Set(kept.map(({ state }) => state)).size === 1
  );
}

function sameContent(before: KeptContainer[], now: KeptContainer[]): boolean {
  const [a, b] = [before[0], now[0]];
  return a !== undefined && b !== undefined && sameFiles(a.bound, b.bound) && sameFiles(a.copied, b.copied);
}

async function pinAll(
  { engine, draft }: Keeping,
  stack: string,
  service: string,
  kept: KeptContainer[],
): Promise<Pick<ReleasedService, 'pin' | 'containers'>> {
  const first = kept[0]!.imageId;
  const pin = await pinImage(engine, first, pinName(stack, service, draft.id));
  const containers: KeptContainer[] = [];
  for (const container of kept) {
    const own =
      container.imageId === first
        ? pin
        : await pinImage(engine, container.imageId, pinName(stack, service, draft.id, container.number));
    containers.push(own === undefined ? container : { ...container, pin: own });
  }
  return { ...(pin === undefined ? {} : { pin }), containers };
}
