import { list, mapping } from '../spec/from-rendered.js';
import { type BindKind, bindsOf, boundOutside } from './binds.js';

type Mapping = Record<string, unknown>;

/** What is needed in order to tell whether a service can stand on a twin. */
export interface Surroundings {
  /** The top-level `networks` of the rendered file. */
  networks: Mapping;
  /** What each bound path of the host is; one that is not named here is missing. */
  binds: Record<string, BindKind>;
}

/**
 * Why a service cannot be rehearsed, or undefined where it can: whatever reaches past its own containers, networks and
 * volumes would act on the live machine from the twin, too.
 */
export function whyOutside(service: Mapping, { networks, binds }: Surroundings): string | undefined {
  for (const look of [privileges, namespaces, devices, engineFeatures]) {
    const reason = look(service);
    if (reason !== undefined) return reason;
  }
  const external = Object.keys(mapping(service['networks'])).find((key) => mapping(networks[key])['external'] === true);
  if (external !== undefined) return `is on the external network ${external}`;
  for (const bind of bindsOf(service)) {
    const reason = boundOutside(bind, binds[bind.source] ?? 'missing');
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function privileges(service: Mapping): string | undefined {
  if (service['privileged'] === true) return 'is privileged';
  const added = list(service['cap_add']);
  return added.length > 0 ? `has added capabilities (${added.join(', ')})` : undefined;
}

/** What a namespace may be: its own, or that of another service of the file. */
const OWN_NAMESPACE: Record<string, RegExp> = {
  network_mode: /^(?:service:.+|none|bridge|default)$/,
  pid: /^(?:service:.+|private)$/,
  ipc: /^(?:service:.+|private|shareable|none)$/,
  uts: /^private$/,
  userns_mode: /^(?:private)$/,
  cgroup: /^private$/,
};

function namespaces(service: Mapping): string | undefined {
  for (const [key, own] of Object.entries(OWN_NAMESPACE)) {
    const value = service[key];
    if (typeof value === 'string' && value !== '' && !own.test(value)) return `joins a namespace (${key}: ${value})`;
  }
  const foreign = list(service['volumes_from']).map(String);
  const container = foreign.find((entry) => entry.startsWith('container:'));
  return container === undefined ? undefined : `mounts the volumes of another container (${container})`;
}

function devices(service: Mapping): string | undefined {
  const reserved = mapping(mapping(mapping(service['deploy'])['resources'])['reservations'])['devices'];
  const asks = ['devices', 'device_cgroup_rules'].some((key) => list(service[key]).length > 0);
  return asks || service['gpus'] !== undefined || list(reserved).length > 0 ? 'uses a device' : undefined;
}

/** What the engine or a plugin provides, and a twin would share with the stack. */
function engineFeatures(service: Mapping): string | undefined {
  if (service['use_api_socket'] === true) return 'binds the socket of the engine';
  if (service['provider'] !== undefined) return 'is made by a provider, not of a container';
  if (service['models'] !== undefined) return 'uses models of the engine';
  const mount = list(service['volumes'])
    .map(mapping)
    .find(({ type }) => type === 'npipe' || type === 'cluster');
  return mount === undefined ? undefined : `mounts a ${String(mount['type'])}`;
}
