import type { ObservedContainer, ObservedNetwork, ObservedStack } from '../../../src/plan/observed-stack.js';
import type { ReleaseFacts } from '../../../src/plan/release-facts.js';
import type { Dependency, NetworkSpec, ServiceSpec, StackPolicy, StackSpec } from '../../../src/spec/stack-spec.js';

/** Stacks for tests, by what is special about them. */

export const POLICY: StackPolicy = {
  groups: {},
  start: { strategy: 'waves', staggerMs: 0 },
  health: { timeoutMs: 300_000, stableForMs: 5000, probe: 'active', onInconclusive: 'rollback' },
  probationMs: 300_000,
  limits: { buildMemoryBytes: 2 * 1024 ** 3, buildDiskBytes: 5 * 1024 ** 3, parallelBuilds: 'auto' },
  scan: { rules: [], ignore: [], excerptLines: 100 },
  rehearse: { mode: 'auto', commands: {} },
  backup: { maxSizeBytes: 5 * 1024 ** 3, maxAgeMs: 0, keep: 7 },
  releases: { keep: 5, buildCacheBytes: 'off' },
};

export function service(name: string, special: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    name,
    image: `${name}:1`,
    scale: 1,
    dependsOn: [],
    joins: [],
    networks: ['default'],
    volumes: [],
    ports: [],
    restart: 'always',
    healthcheck: 'own',
    health: POLICY.health,
    configHash: `config-${name}`,
    contentHashes: {},
    ...special,
  };
}

export function after(
  name: string,
  condition: Dependency['condition'] = 'started',
  special: Partial<Dependency> = {},
): Dependency {
  return { service: name, condition, required: true, restart: false, ...special };
}

export function network(special: Partial<NetworkSpec> = {}): NetworkSpec {
  return {
    name: 'shop_default',
    external: false,
    internal: false,
    attachable: false,
    enableIpv6: false,
    driverOptions: {},
    subnets: [],
    ...special,
  };
}

export function stack(
  services: ServiceSpec[],
  special: Omit<Partial<StackSpec>, 'policy'> & { policy?: Partial<StackPolicy> } = {},
): StackSpec {
  return {
    project: 'shop',
    services: Object.fromEntries(services.map((each) => [each.name, each])),
    inactiveServices: [],
    networks: { default: network() },
    volumes: {},
    ...special,
    policy: { ...POLICY, ...special.policy },
  };
}

export const OBSERVED_AT_MS = 1_000_000_000;

export function imageId(ref: string): string {
  return `sha256:${Buffer.from(ref).toString('hex').padEnd(64, '0').slice(0, 64)}`;
}

export function container(spec: ServiceSpec, special: Partial<ObservedContainer> = {}): ObservedContainer {
  const number = special.number ?? 1;
  return {
    id: `${spec.name}-id-${number}`,
    name: `shop-${spec.name}-${number}`,
    service: spec.name,
    number,
    imageId: imageId(spec.image),
    imageRef: spec.image,
    state: 'running',
    health: 'healthy',
    restartCount: 0,
    startedAtMs: OBSERVED_AT_MS - 3_600_000,
    createdAtMs: OBSERVED_AT_MS - 3_600_000,
    configHash: spec.configHash,
    networks: ['shop_default'],
    ...special,
  };
}

export function observedNetwork(special: Partial<ObservedNetwork> = {}): ObservedNetwork {
  return {
    id: 'network-id',
    name: 'shop_default',
    driver: 'bridge',
    internal: false,
    attachable: false,
    enableIpv6: false,
    driverOptions: {},
    subnets: [{ subnet: '172.18.0.0/16', gateway: '172.18.0.1' }],
    key: 'default',
    ...special,
  };
}

/** The stack as it runs when nothing differs from the spec; each service's containers can be said to be others. */
export function running(
  spec: StackSpec,
  special: Record<string, ObservedContainer[]> = {},
  stackSpecial: Partial<ObservedStack> = {},
): ObservedStack {
  const services = Object.values(spec.services);
  const containers = services.flatMap((each) =>
    Array.from({ length: each.scale }, (_, index) => container(each, { number: index + 1 })),
  );
  return {
    project: spec.project,
    containers: [...containers.filter((each) => !(each.service in special)), ...Object.values(special).flat()],
    networks: [observedNetwork()],
    volumes: [],
    images: Object.fromEntries(services.map(({ image }) => [image, imageId(image)])),
    observedAtMs: OBSERVED_AT_MS,
    ...stackSpecial,
  };
}

/** The last release, where it is what runs. */
export function released(spec: StackSpec, observed: ObservedStack): ReleaseFacts {
  return {
    release: '7',
    services: Object.fromEntries(
      Object.values(spec.services).map((each) => [
        each.name,
        {
          containerIds: observed.containers.filter((one) => one.service === each.name).map(({ id }) => id),
          imageId: imageId(each.image),
          configHash: each.configHash,
          contentHashes: each.contentHashes,
          scale: each.scale,
        },
      ]),
    ),
  };
}
