import { dependenciesOf, directDependencies } from '../plan/blast-radius.js';
import { compareText } from '../plan/words.js';
import type { StackSpec } from '../spec/stack-spec.js';
import type { Outside } from '../spec/rehearsal.js';

/** Who stands on a twin. */
export interface Members {
  /** Everything on it, by name: what is rehearsed, the stores' services, and all that these depend on. */
  inside: string[];
  /** The services that change, as far as they can be rehearsed. */
  rehearsed: string[];
  /** What is asked for or needed, and cannot be there. */
  outside: Outside[];
}

/**
 * Who stands on the twin: the changed services and those of the stores, with their dependency closure. `reasons` says of
 * each service that cannot be rehearsed why; whoever joins the namespaces or volumes of such a one cannot either.
 */
export function twinMembers(
  spec: StackSpec,
  wanted: { changed: string[]; storeServices: string[] },
  reasons: Record<string, string>,
): Members {
  const why = withJoining(spec, reasons);
  const seeds = [...new Set([...wanted.changed, ...wanted.storeServices])].filter((name) => name in spec.services);
  const inside = new Set<string>();
  const outside = new Set<string>();
  const open = [...seeds];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (inside.has(name) || outside.has(name)) continue;
    if (why[name] !== undefined) {
      outside.add(name);
      continue;
    }
    inside.add(name);
    open.push(...directDependencies(spec, name));
  }
  return {
    inside: [...inside].sort(compareText),
    rehearsed: wanted.changed.filter((name) => inside.has(name)).sort(compareText),
    outside: [...outside].sort(compareText).map((service) => ({ service, why: why[service]! })),
  };
}

function withJoining(spec: StackSpec, reasons: Record<string, string>): Record<string, string> {
  const all: Record<string, string> = { ...reasons };
  const names = Object.keys(spec.services).sort(compareText);
  for (let grown = true; grown;) {
    grown = false;
    for (const name of names) {
      if (all[name] !== undefined) continue;
      const reasonOf = (other: string) => all[other] ?? (other in spec.services ? undefined : 'is not active');
      const joined = spec.services[name]!.joins.find((other) => reasonOf(other) !== undefined);
      if (joined === undefined) continue;
      all[name] = `shares namespaces or volumes of ${joined}, which ${reasonOf(joined)}`;
      grown = true;
    }
  }
  return all;
}

/** What each service on the twin depends on there, directly or through others. */
export function dependenciesOnTwin(spec: StackSpec): Record<string, string[]> {
  const names = Object.keys(spec.services).sort(compareText);
  return Object.fromEntries(names.map((name) => [name, [...dependenciesOf(spec, name)].sort(compareText)]));
}
