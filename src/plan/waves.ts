import type { StackSpec } from '../spec/stack-spec.js';
import { dependenciesOf, directDependencies } from './blast-radius.js';
import { compareText } from './words.js';

/** The services that a plan orders, by what happens to them. */
export interface Ordering {
  /** Services that change. */
  changed: string[];
  /** Those of them that run to completion. */
  oneShots: string[];
  /** Services that are only judged. */
  judged: string[];
  /** What one of them has to give up before another one can have it. */
  moves?: { from: string; to: string }[];
}

/**
 * Services in the order in which they start: a service comes in a later wave than every one it depends on or joins,
 * directly or through services that do not change. Where that says nothing, whoever gives something up comes before whoever
 * takes it over, and then the operator's groups order them. Under
 * `all-at-once` the changed services make one wave, apart from one-shots, which end before what waits for them starts.
 *
 * Throws when the services depend on each other in a circle; Compose refuses such a file, so none should get here.
 */
export function waves(spec: StackSpec, { changed, oneShots, judged, moves = [] }: Ordering): string[][] {
  refuseCircles(spec);
  if (spec.policy.start.strategy === 'waves') {
    const all = [...changed, ...judged];
    // Those of one wave know nothing of each other.
    return levels(all, orderOf(spec, all, moves), () => 1).map((wave) => wave.sort(compareText));
  }
  const order = orderOf(spec, changed, moves);
  const apart = (before: string, after: string) => (oneShots.includes(before) || oneShots.includes(after) ? 1 : 0);
  const together = levels(changed, order, apart);
  return judged.length === 0 ? together : [...together, inOrder(judged, orderOf(spec, judged, []))];
}

/** For each service, those that come before it. Transitive. */
type Order = Map<string, Set<string>>;

function orderOf(spec: StackSpec, names: string[], moves: { from: string; to: string }[]): Order {
  const order: Order = new Map(
    names.map((name) => [name, new Set([...dependenciesOf(spec, name)].filter((other) => names.includes(other)))]),
  );
  for (const { from, to } of moves) putBefore(order, from, to);
  const groups = Object.values(spec.policy.groups).map((members) => members.filter((name) => names.includes(name)));
  groups.forEach((group, index) => {
    const later = groups
      .slice(index + 1)
      .flat()
      .sort(compareText);
    for (const before of [...group].sort(compareText)) for (const after of later) putBefore(order, before, after);
  });
  return order;
}

/** Adds one pair to the order, unless the order says the contrary already. */
function putBefore(order: Order, before: string, after: string): void {
  if (before === after || order.get(before)!.has(after)) return;
  const moved = [before, ...order.get(before)!];
  for (const [name, earlier] of order) {
    if (name === after || earlier.has(after)) for (const one of moved) earlier.add(one);
  }
}

/** Each service in the earliest wave that its predecessors allow; `distance` is how many waves it keeps from one. */
function levels(names: string[], order: Order, distance: (before: string, after: string) => number): string[][] {
  const sorted = inOrder(names, order);
  const level = new Map<string, number>();
  for (const name of sorted) {
    const least = [...order.get(name)!].map((before) => level.get(before)! + distance(before, name));
    level.set(name, Math.max(0, ...least));
  }
  const last = Math.max(-1, ...level.values());
  const all = Array.from({ length: last + 1 }, (_, wave) => sorted.filter((name) => level.get(name) === wave));
  return all.filter((wave) => wave.length > 0);
}

/** Predecessors first, otherwise by name. */
function inOrder(names: string[], order: Order): string[] {
  const depth = (name: string) => order.get(name)!.size;
  // The order is transitive, so whoever comes after somebody has strictly more predecessors.
  return [...names].sort((a, b) => depth(a) - depth(b) || compareText(a, b));
}

function refuseCircles(spec: StackSpec): void {
  for (const name of Object.keys(spec.services).sort(compareText)) {
    if (!dependenciesOf(spec, name).has(name)) continue;
    throw new Error(
      `the services depend on each other in a circle: ${circle(spec, name).join(' → ')}; take one depends_on out`,
    );
  }
}

/** The shortest way from a service back to itself. */
function circle(spec: StackSpec, start: string): string[] {
  const open: string[][] = [[start]];
  const seen = new Set<string>();
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    for (const next of directDependencies(spec, path.at(-1)!)) {
      if (next === start) return [...path, start];
      if (!seen.has(next)) open.push([...path, next]);
      seen.add(next);
    }
  }
  return [start, start];
}
