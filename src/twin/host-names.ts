import { list, mapping } from '../spec/from-rendered.js';
import { networkKeys } from './twin-service.js';

type Mapping = Record<string, unknown>;

/**
 * The names under which a service answers in its stack beside its own and its aliases: of its first container, and those
 * that links of other services give it. On the twin they become aliases.
 */
export function furtherNames(
  services: Record<string, Mapping>,
  stack: string,
  name: string,
): (network: string) => string[] {
  const own = String(services[name]!['container_name'] ?? `${stack}-${name}-1`);
  return (network) => {
    const linking = Object.values(services).filter((other) => networkKeys(other).includes(network));
    return [own, ...linking.flatMap((other) => linkedAs(other, name))];
  };
}

/** Links as Compose writes them: `db`, `db:database`. */
function linkedAs(service: Mapping, name: string): string[] {
  return list(service['links'])
    .map((link) => String(link).split(':'))
    .filter(([target, alias]) => target === name && alias !== undefined)
    .map(([, alias]) => alias!);
}

/** Every host name of a service on some network of its stack. */
export function namesOf(services: Record<string, Mapping>, stack: string, name: string): string[] {
  const service = services[name]!;
  const further = furtherNames(services, stack, name);
  const aliases = Object.entries(mapping(service['networks'])).flatMap(([key, attachment]) => [
    ...list(mapping(attachment)['aliases']).map(String),
    ...further(key),
  ]);
  const hostname = service['hostname'];
  return [...new Set([name, ...aliases, ...further('default'), ...(typeof hostname === 'string' ? [hostname] : [])])];
}

/** Names that a service is given for what is no service of its file. */
export function foreignNames(service: Mapping): string[] {
  const hosts = list(service['extra_hosts']).map((line) => String(line).split(/[=:]/)[0]!);
  const links = list(service['external_links']).map((link) => String(link).split(':').at(-1)!);
  return [...hosts, ...links];
}
