import { directDependencies } from '../plan/blast-radius.js';
import { list, mapping } from '../spec/from-rendered.js';
import type { StackSpec } from '../spec/stack-spec.js';
import { namesOf } from '../twin/host-names.js';

type Mapping = Record<string, unknown>;

/**
 * The services that these can reach: what they depend on or join, and whose host name stands as a word in their environment
 * or command, and so on from there. One that says nothing of the kind, and so may have an address built in, reaches all
 * that it shares a network with. `rendered` holds secrets; only names come out.
 */
export function reachedServices(rendered: Mapping, spec: StackSpec, changed: string[]): Set<string> {
  const services = Object.fromEntries(
    Object.entries(mapping(rendered['services'])).map(([name, service]) => [name, mapping(service)]),
  );
  const names = Object.keys(services);
  const words = Object.fromEntries(names.map((name) => [name, wordPattern(namesOf(services, spec.project, name))]));
  const named = (name: string): string[] => {
    const text = saidBy(services[name]!);
    return names.filter((other) => other !== name && words[other]!.test(text));
  };
  const next = (name: string): string[] => [...directDependencies(spec, name), ...named(name)];
  const neighbours = (name: string): string[] => {
    const own = spec.services[name]?.networks ?? [];
    return names.filter((other) => spec.services[other]?.networks.some((network) => own.includes(network)));
  };

  const seeds = changed.filter((name) => name in services);
  const open = seeds.flatMap((name) => (next(name).length > 0 ? [name] : [name, ...neighbours(name)]));
  const reached = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name) || !(name in services)) continue;
    reached.add(name);
    open.push(...next(name));
  }
  return reached;
}

function saidBy(service: Mapping): string {
  const environment = service['environment'];
  const values = Array.isArray(environment) ? environment : Object.values(mapping(environment));
  return [...values, ...list(service['command']), ...list(service['entrypoint'])].map(String).join('\n');
}

function wordPattern(names: string[]): RegExp {
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![A-Za-z0-9_-])(?:${escaped.join('|')})(?![A-Za-z0-9_-])`);
}
