import type {
  ConfiguredEndpoint,
  Dependency,
  NetworkSpec,
  PublishedPort,
  ServiceSpec,
  StackPolicy,
  StackSpec,
  VolumeSpec,
  HealthPolicy,
} from './stack-spec.js';

/** What a rendered file does not say of itself. */
export interface RenderingFacts {
  project: string;
  policy: StackPolicy;
  /** Health policy of each service. */
  health: Record<string, HealthPolicy>;
  /** Endpoints of each service that lists them. */
  endpoints?: Record<string, ConfiguredEndpoint[]>;
  inactiveServices: string[];
  configHashes: Record<string, string>;
  /** Where `up --no-deps` labels otherwise. */
  configHashesAlone?: Record<string, string>;
  /** By service, then by what it is the content of. */
  contentHashes: Record<string, Record<string, string>>;
}

type Mapping = Record<string, unknown>;

/** Reads what the engine needs to know out of a rendered Compose file; takes no value of any environment along. */
export function specFromRendered(rendered: Mapping, facts: RenderingFacts): StackSpec {
  const services = Object.entries(mapping(rendered['services'])).map(([name, service]): [string, ServiceSpec] => [
    name,
    serviceSpec(name, mapping(service), facts),
  ]);
  return {
    project: facts.project,
    services: Object.fromEntries(services),
    inactiveServices: facts.inactiveServices,
    networks: mapValues(rendered['networks'], networkSpec),
    volumes: mapValues(rendered['volumes'], volumeSpec),
    policy: facts.policy,
  };
}

function serviceSpec(name: string, service: Mapping, facts: RenderingFacts): ServiceSpec {
  const build = service['build'] === undefined ? undefined : mapping(service['build']);
  const group = Object.entries(facts.policy.groups).find(([, members]) => members.includes(name))?.[0];
  return {
    name,
    image: text(service['image']) ?? `${facts.project}-${name}`,
    ...(build ? { build: buildSpec(build) } : {}),
    ...optional('pullPolicy', text(service['pull_policy'])),
    ...optional('platform', text(service['platform'])),
    scale: scaleOf(service),
    ...optional('containerName', text(service['container_name'])),
    dependsOn: Object.entries(mapping(service['depends_on'])).map(([on, how]) => dependency(on, mapping(how))),
    joins: joinedServices(service),
    networks: Object.keys(mapping(service['networks'])),
    volumes: mounts(service).flatMap(({ type, source }) => (type === 'volume' && source !== undefined ? [source] : [])),
    ports: list(service['ports']).flatMap((port) => publishedPorts(mapping(port))),
    restart: text(service['restart']) ?? restartOfDeploy(service) ?? 'no',
    healthcheck: healthcheckOf(service),
    health: facts.health[name] ?? facts.policy.health,
    ...optional('endpoints', facts.endpoints?.[name]),
    configHash: facts.configHashes[name] ?? '',
    ...optional('configHashAlone', facts.configHashesAlone?.[name]),
    contentHashes: facts.contentHashes[name] ?? {},
    ...optional('group', group),
  };
}

function buildSpec(build: Mapping): NonNullable<ServiceSpec['build']> {
  return {
    context: text(build['context']) ?? '.',
    ...optional('dockerfile', text(build['dockerfile'])),
    ...optional('target', text(build['target'])),
  };
}

function scaleOf(service: Mapping): number {
  const replicas = mapping(service['deploy'])['replicas'];
  return Number(service['scale'] ?? replicas ?? 1);
}

/** Compose maps a deploy section's restart policy to Docker's where the service names none itself. */
function restartOfDeploy(service: Mapping): string | undefined {
  const condition = text(mapping(mapping(service['deploy'])['restart_policy'])['condition']);
  if (condition === undefined) return undefined;
  return { none: 'no', 'on-failure': 'on-failure', any: 'always' }[condition];
}

function dependency(service: string, how: Mapping): Dependency {
  const condition = text(how['condition']);
  return {
    service,
    condition:
      condition === 'service_healthy'
        ? 'healthy'
        : condition === 'service_completed_successfully'
          ? 'completed'
          : 'started',
    required: how['required'] !== false,
    restart: how['restart'] === true,
  };
}

function joinedServices(service: Mapping): string[] {
  const modes = ['network_mode', 'ipc', 'pid'].flatMap(
    (key) => /^service:(.+)$/.exec(text(service[key]) ?? '')?.[1] ?? [],
  );
  const volumes = list(service['volumes_from'])
    .map((entry) => String(entry))
    .filter((entry) => !entry.startsWith('container:'))
    .map((entry) => entry.split(':')[0]!);
  return [...new Set([...modes, ...volumes])];
}

/** What a service mounts, as the rendered file says it. */
export function mounts(service: Mapping): { type: string; source?: string; target: string }[] {
  return list(service['volumes']).map((entry) => {
    const mount = mapping(entry);
    return {
      type: text(mount['type']) ?? 'volume',
      ...optional('source', text(mount['source'])),
      target: String(mount['target']),
    };
  });
}

/** A range of host ports is one port each: `38200-38203` is four that might be taken, of which Docker takes one. */
function publishedPorts(port: Mapping): PublishedPort[] {
  const published = text(port['published']);
  if (published === undefined || published === '0' || published.includes('-')) return [];
  return [
    {
      hostIp: text(port['host_ip']) ?? '',
      hostPort: Number(published),
      containerPort: Number(port['target']),
      protocol: port['protocol'] === 'udp' ? 'udp' : 'tcp',
    },
  ];
}

function healthcheckOf(service: Mapping): ServiceSpec['healthcheck'] {
  if (service['healthcheck'] === undefined) return 'inherit';
  const healthcheck = mapping(service['healthcheck']);
  const test = list(healthcheck['test']);
  if (healthcheck['disable'] === true || test[0] === 'NONE') return 'none';
  return test.length > 0 ? 'own' : 'inherit';
}

function networkSpec(network: Mapping): NetworkSpec {
  const configs = list(mapping(network['ipam'])['config']).map(mapping);
  return {
    name: String(network['name']),
    external: network['external'] === true,
    ...optional('driver', text(network['driver'])),
    internal: network['internal'] === true,
    attachable: network['attachable'] === true,
    enableIpv6: network['enable_ipv6'] === true,
    driverOptions: mapValues(network['driver_opts'], String),
    subnets: configs.map((config) => ({
      ...optional('subnet', text(config['subnet'])),
      ...optional('gateway', text(config['gateway'])),
      ...optional('ipRange', text(config['ip_range'])),
    })),
  };
}

function volumeSpec(volume: Mapping): VolumeSpec {
  return {
    name: String(volume['name']),
    external: volume['external'] === true,
    ...optional('driver', text(volume['driver'])),
    driverOptions: mapValues(volume['driver_opts'], String),
  };
}

/** A mapping, or an empty one where the file says nothing. */
export function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}

/** A list, or an empty one where the file says nothing. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function mapValues<T>(value: unknown, read: (entry: Mapping) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(mapping(value)).map(([key, entry]) => [key, read(entry as Mapping)]));
}

function text(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

function optional<Key extends string, T>(key: Key, value: T | undefined): { [K in Key]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: T });
}
