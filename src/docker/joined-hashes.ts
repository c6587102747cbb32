import { isMap, parseDocument, type YAMLMap } from 'yaml';
import { containersOf, type ObservedServices } from '../plan/observed-stack.js';
import { compareText } from '../plan/words.js';
import type { StackSpec } from '../spec/stack-spec.js';
import { serviceHashes } from './service-hashes.js';

/** Parsing a long file takes a processor longer than all else that there is to do here; few files have any of these. */
const MAY_JOIN = /service:|volumes_from/;

/**
 * The spec with the hashes that Compose gives to containers as the stack stands now. Compose hashes a service that joins
 * another's namespaces or volumes with the id of the container it joins, not with the service's name, so that hash is
 * known only together with the containers: asked of Compose, for the frozen file with the ids put in.
 */
export async function withJoinedHashes(
  frozen: { directory: string; spec: StackSpec },
  yaml: string,
  observed: ObservedServices,
  env: Record<string, string>,
): Promise<StackSpec> {
  const { spec } = frozen;
  const joined = joinContainers(yaml, observed);
  if (joined.services.length === 0) return spec;
  const hashes = await serviceHashes(joined.yaml, { directory: frozen.directory, project: spec.project, env });
  const services = Object.entries(spec.services).map(([name, service]) => {
    const configHash = joined.services.includes(name) ? hashes.plain[name] : undefined;
    if (configHash === undefined) return [name, service] as const;
    const { configHashAlone: _unjoined, ...rest } = service;
    const configHashAlone = hashes.alone[name];
    return [name, { ...rest, configHash, ...(configHashAlone === undefined ? {} : { configHashAlone }) }] as const;
  });
  return { ...spec, services: Object.fromEntries(services) };
}

/** A rendered file as Compose sees it once it knows the containers, and the services that this changes. */
export function joinContainers(yaml: string, observed: ObservedServices): { yaml: string; services: string[] } {
  if (!MAY_JOIN.test(yaml)) return { yaml, services: [] };
  const document = parseDocument(yaml);
  const services = document.get('services');
  if (!isMap(services)) return { yaml, services: [] };
  const changed = services.items.flatMap(({ key, value }) => {
    if (!isMap(value)) return [];
    const modes = ['network_mode', 'ipc', 'pid'].map((mode) => joinMode(value, mode, observed));
    return [...modes, joinVolumes(value, observed)].includes(true) ? [String(key)] : [];
  });
  return { yaml: document.toString({ lineWidth: 0 }), services: changed };
}

function joinMode(service: YAMLMap, key: string, observed: ObservedServices): boolean {
  const mode = service.get(key);
  if (typeof mode !== 'string' || !mode.startsWith('service:')) return false;
  const id = joinedId(mode.slice('service:'.length), observed);
  if (id === undefined) return false;
  service.set(key, `container:${id}`);
  return true;
}

/** Compose drops what follows the name (`:ro`) from the list that it hashes. */
function joinVolumes(service: YAMLMap, observed: ObservedServices): boolean {
  const from = service.toJSON() as { volumes_from?: string[] };
  if (!from.volumes_from) return false;
  const ids = from.volumes_from.map((entry) => {
    const [name, container] = entry.split(':') as [string, string?];
    return name === 'container' ? container : joinedId(name, observed);
  });
  if (ids.includes(undefined)) return false;
  service.set('volumes_from', ids);
  return true;
}

/** Of several containers Compose takes the first by name. */
function joinedId(service: string, observed: ObservedServices): string | undefined {
  return containersOf(observed, service).sort((a, b) => compareText(a.name, b.name))[0]?.id;
}
