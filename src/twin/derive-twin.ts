import { dependenciesOf } from '../plan/blast-radius.js';
import { list, mapping } from '../spec/from-rendered.js';
import type { StoreRef } from '../spec/backup.js';
import type { Outside, TwinFacts } from '../spec/rehearsal.js';
import type { ServiceSpec, StackSpec } from '../spec/stack-spec.js';
import type { BindKind } from './binds.js';
import { foreignNames, furtherNames, namesOf } from './host-names.js';
import { dependenciesOnTwin, twinMembers } from './members.js';
import { whyOutside } from './outside.js';
import { type TwinMounts, twinMounts } from './twin-mounts.js';
import { TWIN_LABEL } from './twin-name.js';
import { networkKeys, twinService } from './twin-service.js';

type Mapping = Record<string, unknown>;

/** What a twin is derived from. */
export interface TwinRequest {
  /** The frozen Compose file, parsed. Holds secrets. */
  rendered: Mapping;
  spec: StackSpec;
  /** The twin's Compose project. */
  project: string;
  /** Services that are to be rehearsed. */
  changed: string[];
  /** Stores that are to be filled. */
  stores: StoreRef[];
  /** All stores that the stack has now. */
  inStack: StackStore[];
  /** What each bound path of the host is; one that is not named here is missing. */
  binds: Record<string, BindKind>;
  /** Where copies of bound files are put. Absolute. */
  copiesFolder: string;
}

/** A store of the stack, with the services that can write to it, or that speak with it. */
export interface StackStore extends StoreRef {
  mountedBy: string[];
}

/** A twin as Compose is to be given it. */
export interface DerivedTwin {
  /** The Compose document. Holds the secrets of the stack. */
  document: Mapping;
  /** What the engine needs to know of it; free of values. */
  spec: StackSpec;
  rehearsed: string[];
  outside: Outside[];
  /** Stores that can be filled: their service stands on the twin. */
  stores: StoreRef[];
  /** Files to copy before it starts: the host's path, and where the copy goes. */
  copies: { from: string; to: string }[];
  facts: TwinFacts;
}

/**
 * Derives a second project from a frozen configuration: the changed services and what they need, on internal networks and
 * fresh volumes of their own, with nothing that reaches the live stack, the machine, or the world. Undefined where nobody
 * can stand on it.
 */
export function deriveTwin(request: TwinRequest): DerivedTwin | { outside: Outside[] } {
  const { rendered, spec, project, changed, binds } = request;
  const services = Object.fromEntries(
    Object.entries(mapping(rendered['services'])).map(([name, service]) => [name, mapping(service)]),
  );
  const networks = mapping(rendered['networks']);
  const reasons = Object.entries(services).flatMap(([name, service]): [string, string][] => {
    const why = whyOutside(service, { networks, binds });
    return why === undefined ? [] : [[name, why]];
  });
  const storeServices = request.stores.map(({ service }) => service);
  const { inside, rehearsed, outside } = twinMembers(
    spec,
    { changed: changed.filter((name) => (spec.services[name]?.scale ?? 0) > 0), storeServices },
    Object.fromEntries(reasons),
  );
  if (inside.length === 0) return { outside };

  const members = new Set(inside);
  const stores = request.stores.filter(({ service }) => members.has(service));
  const mounts = Object.fromEntries(inside.map((name) => [name, mountsOf(request, services[name]!, name, stores)]));
  const onTwin = inside.map((name) => {
    const aliases = furtherNames(services, spec.project, name);
    const { image } = spec.services[name]!;
    const place = { name, stack: spec.project, image, inside: members, mounts: mounts[name]!, aliases };
    return [name, twinService(services[name]!, place)] as const;
  });
  const document = {
    name: project,
    services: Object.fromEntries(onTwin),
    ...resources(Object.fromEntries(onTwin), project, spec.project),
    ...(rendered['secrets'] === undefined ? {} : { secrets: rendered['secrets'] }),
    ...(rendered['configs'] === undefined ? {} : { configs: rendered['configs'] }),
  };
  const twinSpec = specOf(spec, document, members);
  return {
    ...{ document, spec: twinSpec, rehearsed, outside, stores },
    copies: inside.flatMap((name) => mounts[name]!.copies),
    facts: factsOf({ services, spec, twinSpec, outside, mounts, unfilled: unfilledOf(request, stores) }),
  };
}

function mountsOf(
  { spec, binds, copiesFolder }: TwinRequest,
  service: Mapping,
  name: string,
  stores: StoreRef[],
): TwinMounts {
  const own = stores.filter((store) => store.service === name);
  const names = stores.flatMap(({ volume }) => (volume === undefined ? [] : [volume]));
  const databases = own.some(({ type }) => type === 'postgres' || type === 'redis');
  const keys = Object.entries(spec.volumes).filter(
    // A database fills what it mounts.
    ([key, volume]) => names.includes(volume.name) || (databases && spec.services[name]!.volumes.includes(key)),
  );
  return twinMounts(service, {
    ...{ service: name, binds, copiesFolder },
    unpacked: new Set([
      ...keys.flatMap(([key, volume]) => (names.includes(volume.name) ? [key] : [])),
      ...own.flatMap(({ type, target }) => (type === 'volume' && target !== undefined ? [target] : [])),
    ]),
    filled: new Set([
      ...keys.map(([key]) => key),
      ...own.flatMap(({ target }) => target ?? []),
      ...(databases ? boundTargets(service) : []),
    ]),
    hidesInitScripts: own.some(({ type }) => type === 'postgres'),
  });
}

/** Where a service can write to what is bound: a database has its files there as well as in volumes. */
function boundTargets(service: Mapping): string[] {
  return list(service['volumes'])
    .map(mapping)
    .flatMap(({ type, target, read_only }) => (type === 'bind' && read_only !== true ? [String(target)] : []));
}

/** The networks and volumes that these services name, all of the twin's own. */
function resources(
  services: Record<string, Mapping>,
  project: string,
  stack: string,
): { networks: Mapping; volumes: Mapping } {
  const labels = { [TWIN_LABEL]: stack };
  const networks = Object.values(services).flatMap(networkKeys);
  const volumes = Object.values(services).flatMap(volumeKeys);
  return {
    networks: Object.fromEntries(
      unique(networks).map((key) => [key, { name: `${project}_${key}`, internal: true, labels }]),
    ),
    volumes: Object.fromEntries(unique(volumes).map((key) => [key, { name: `${project}_${key}`, labels }])),
  };
}

function volumeKeys(service: Mapping): string[] {
  const mounts = Array.isArray(service['volumes']) ? (service['volumes'] as Mapping[]) : [];
  return mounts.flatMap(({ type, source }) => (type === 'volume' && typeof source === 'string' ? [source] : []));
}

function unique(keys: string[]): string[] {
  return [...new Set(keys)].sort();
}

/** The spec of the twin; waves are what starts it, whatever the stack does. */
function specOf(spec: StackSpec, document: Mapping, members: Set<string>): StackSpec {
  const services = Object.values(spec.services)
    .filter(({ name }) => members.has(name))
    .map((service): [string, ServiceSpec] => {
      const { build: _build, containerName: _name, pullPolicy: _policy, configHashAlone: _hash, ...kept } = service;
      const own = mapping(mapping(document['services'])[service.name]);
      return [
        service.name,
        {
          ...kept,
          scale: 1,
          ports: [],
          restart: 'no',
          configHash: '',
          dependsOn: service.dependsOn.filter((dependency) => members.has(dependency.service)),
          networks: networkKeys(own),
          volumes: volumeKeys(own),
        },
      ];
    });
  return {
    ...spec,
    project: String(document['name']),
    services: Object.fromEntries(services),
    networks: named(document['networks'], (name) => ({
      ...{ name, external: false, internal: true, attachable: false, enableIpv6: false },
      ...{ driverOptions: {}, subnets: [] },
    })),
    volumes: named(document['volumes'], (name) => ({ name, external: false, driverOptions: {} })),
    policy: { ...spec.policy, start: { strategy: 'waves', staggerMs: 0 } },
  };
}

function named<T>(written: unknown, make: (name: string) => T): Record<string, T> {
  return Object.fromEntries(
    Object.entries(mapping(written)).map(([key, value]) => [key, make(String(mapping(value)['name']))]),
  );
}

interface FactSources {
  services: Record<string, Mapping>;
  spec: StackSpec;
  twinSpec: StackSpec;
  outside: Outside[];
  mounts: Record<string, TwinMounts>;
  unfilled: StackStore[];
}

function factsOf({ services, spec, twinSpec, outside, mounts, unfilled }: FactSources): TwinFacts {
  const inside = Object.keys(twinSpec.services);
  const elsewhere = Object.keys(services).filter((name) => !inside.includes(name));
  const names = (members: string[]) => members.flatMap((name) => namesOf(services, spec.project, name));
  const answering = new Set(names(inside));
  const foreign = [...names(elsewhere), ...inside.flatMap((name) => foreignNames(services[name]!))];
  const dependencies = dependenciesOnTwin(twinSpec);
  const lacks = inside.flatMap((name): [string, string[]][] => {
    const needed = spec.services[name]!.dependsOn.map(({ service }) => service);
    const missing = outside.filter(({ service }) => needed.includes(service));
    // What is not in a store is missing to whoever reads it from there.
    const inherited = dependencies[name]!.flatMap((other) =>
      mounts[other]!.emptied.map(({ what }) => `${other}: ${what}`),
    );
    const all = [
      ...missing.map(({ service, why }) => `${service} is not there: it ${why}`),
      ...mounts[name]!.emptied.map(({ what }) => what),
      ...inherited,
    ];
    return all.length === 0 ? [] : [[name, all]];
  });
  return {
    dependencies,
    lacks: Object.fromEntries(lacks),
    emptied: emptiedFor(inside, { spec, mounts, unfilled }),
    elsewhere: unique(foreign.filter((name) => !answering.has(name))),
    answering: [...answering].sort(),
    unchecked: uncheckedOn(twinSpec),
  };
}

function unfilledOf({ inStack }: TwinRequest, filled: StoreRef[]): StackStore[] {
  return inStack.filter((store) => !filled.some(({ id }) => id === store.id));
}

/** The stores without which each service, and what it needs, runs on the twin. One that only reads a volume keeps nothing there. */
function emptiedFor(
  inside: string[],
  { spec, mounts, unfilled }: Pick<FactSources, 'spec' | 'mounts' | 'unfilled'>,
): Record<string, string[]> {
  const isWithout = (name: string, { type, volume, mountedBy }: StackStore): boolean => {
    if (!mountedBy.includes(name)) return false;
    const own = mounts[name];
    if (!own || type !== 'volume') return true;
    return own.emptied.some(({ key }) => (key === undefined ? undefined : spec.volumes[key]?.name) === volume);
  };
  const found = inside.flatMap((name): [string, string[]][] => {
    const needed = [name, ...dependenciesOf(spec, name)];
    const without = unfilled.filter((store) => needed.some((one) => isWithout(one, store)));
    return without.length === 0 ? [] : [[name, without.map(({ id }) => id).sort()]];
  });
  return Object.fromEntries(found);
}

/** A healthcheck of the image is not to be seen here. Who is waited for until it has ended is nobody to connect to. */
function uncheckedOn({ services }: StackSpec): string[] {
  const all = Object.values(services);
  const ending = all.flatMap(({ dependsOn }) =>
    dependsOn.flatMap(({ service, condition }) => (condition === 'completed' ? [service] : [])),
  );
  return all
    .filter(({ name, healthcheck }) => healthcheck !== 'own' && !ending.includes(name))
    .map(({ name }) => name)
    .sort();
}
