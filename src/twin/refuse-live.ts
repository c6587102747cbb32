import { list, mapping } from '../spec/from-rendered.js';
import { sourceOf } from './binds.js';
import { TWIN_LABEL } from './twin-name.js';

type Mapping = Record<string, unknown>;

/** What belongs to the live stack and to the machine, by the names the engine knows it by. */
export interface TwinBounds {
  /** The twin's Compose project: its networks and volumes are named after it. */
  project: string;
  /** The twin's own folder on the host: what it may write to. Absolute. */
  ownFolder: string;
}

/**
 * Every way in which a twin's Compose document reaches past the twin, in plain words: networks, volumes or binds that are
 * not its own, namespaces of others, the engine's socket, published ports. A twin is started only where there is none. It
 * knows nothing of how the document was made, so that a mistake there shows here.
 */
export function refuseLive(document: Mapping, bounds: TwinBounds): string[] {
  const networks = Object.entries(mapping(document['networks'])).flatMap(([key, network]) =>
    networkReasons(key, mapping(network), bounds),
  );
  const volumes = Object.entries(mapping(document['volumes'])).flatMap(([key, volume]) =>
    volumeReasons(key, mapping(volume), bounds),
  );
  const names = Object.keys(mapping(document['services']));
  const services = Object.entries(mapping(document['services'])).flatMap(([name, service]) =>
    serviceReasons(mapping(service), { ...bounds, names, document }).map((reason) => `${name} ${reason}`),
  );
  const project = document['name'] === bounds.project ? [] : [`the project is ${String(document['name'])}`];
  return [...project, ...networks, ...volumes, ...services];
}

function networkReasons(key: string, network: Mapping, { project }: TwinBounds): string[] {
  const reasons = ownershipReasons(`the network ${key}`, network, project);
  if (network['internal'] !== true) reasons.push(`the network ${key} is not internal`);
  if (network['driver'] !== undefined || network['driver_opts'] !== undefined || network['ipam'] !== undefined)
    reasons.push(`the network ${key} has a driver or addresses of its own`);
  return reasons;
}

function volumeReasons(key: string, volume: Mapping, { project }: TwinBounds): string[] {
  const reasons = ownershipReasons(`the volume ${key}`, volume, project);
  if (volume['driver'] !== undefined || volume['driver_opts'] !== undefined)
    reasons.push(`the volume ${key} has a driver of its own`);
  return reasons;
}

function ownershipReasons(what: string, { external, name, labels }: Mapping, project: string): string[] {
  const reasons: string[] = [];
  if (external !== undefined && external !== false) reasons.push(`${what} is external`);
  if (typeof name !== 'string' || !name.startsWith(`${project}_`))
    reasons.push(`${what} is named ${String(name)}, which is not the twin's`);
  if (mapping(labels)[TWIN_LABEL] === undefined) reasons.push(`${what} has no label of a twin`);
  return reasons;
}

interface ServiceBounds extends TwinBounds {
  names: string[];
  document: Mapping;
}

/** Keys that make a service reach past its project, whatever they say. */
const NEVER = [
  ...['privileged', 'devices', 'device_cgroup_rules', 'gpus', 'cap_add', 'ports', 'expose', 'links', 'external_links'],
  ...['extra_hosts', 'container_name', 'mac_address', 'uts', 'userns_mode', 'cgroup', 'use_api_socket', 'provider'],
  ...['models', 'build', 'env_file', 'extends', 'dns', 'annotations', 'label_file', 'profiles', 'pull_policy'],
];

function serviceReasons(service: Mapping, bounds: ServiceBounds): string[] {
  const reasons = NEVER.filter((key) => service[key] !== undefined).map((key) => `has ${key}`);
  if (service['restart'] !== 'no') reasons.push('is restarted by Docker');
  if (Object.keys(mapping(service['labels'])).some((key) => key !== TWIN_LABEL))
    reasons.push('has labels of the stack');
  const depends = Object.keys(mapping(service['depends_on'])).filter((name) => !bounds.names.includes(name));
  reasons.push(...depends.map((name) => `depends on ${name}, which is not on the twin`));
  return [
    ...reasons,
    ...namespaceReasons(service, bounds),
    ...attachments(service, bounds),
    ...mounts(service, bounds),
  ];
}

/** `service:<name>` of the twin, or one of its own. */
function namespaceReasons(service: Mapping, { names }: ServiceBounds): string[] {
  const reasons = ['network_mode', 'pid', 'ipc'].flatMap((key) => {
    const value = service[key];
    if (value === undefined || ['none', 'private', 'shareable', ''].includes(String(value))) return [];
    const joined = /^service:(.+)$/.exec(String(value))?.[1];
    return joined !== undefined && names.includes(joined) ? [] : [`joins ${key} ${String(value)}`];
  });
  const foreign = list(service['volumes_from'])
    .map(String)
    .filter((entry) => !names.includes(entry.split(':')[0]!));
  return [...reasons, ...foreign.map((entry) => `mounts the volumes of ${entry}`)];
}

function attachments(service: Mapping, { document }: ServiceBounds): string[] {
  const known = mapping(document['networks']);
  return Object.entries(mapping(service['networks'])).flatMap(([key, attachment]) => {
    const extra = Object.keys(mapping(attachment)).filter((option) => option !== 'aliases');
    return [
      ...(key in known ? [] : [`is on the network ${key}, which the twin does not have`]),
      ...extra.map((option) => `has ${option} on the network ${key}`),
    ];
  });
}

function mounts(service: Mapping, { document, ownFolder }: ServiceBounds): string[] {
  const known = mapping(document['volumes']);
  return list(service['volumes']).flatMap((entry): string[] => {
    const mount = mapping(entry);
    const { type, source } = mount;
    if (type === 'tmpfs' || type === 'image') return [];
    if (type === 'volume') {
      const isOwn = source === undefined || String(source) in known;
      return isOwn ? [] : [`mounts the volume ${String(source)}, which is not the twin's`];
    }
    if (type !== 'bind') return [`mounts a ${String(type)}`];
    return bindReasons(mount, ownFolder);
  });
}

function bindReasons(mount: Mapping, ownFolder: string): string[] {
  const source = sourceOf(mount);
  const isOwn = source.startsWith(`${ownFolder}/`) && !source.split('/').includes('..');
  if (mapping(mount['bind'])['create_host_path'] !== false) return [`would make ${source} on the host`];
  if (/\.sock$|^\/(?:var\/)?run\/?$|^\/$/.test(source)) return [`binds ${source}, which reaches the machine`];
  return isOwn || mount['read_only'] === true ? [] : [`may write to ${source} on the host`];
}
