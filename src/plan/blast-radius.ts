import type { ServiceSpec, StackSpec } from '../spec/stack-spec.js';
import { CAUSE_KINDS, ownCauses, sortCauses, type Cause } from './causes.js';
import { containersOf, type ObservedStack } from './observed-stack.js';
import type { FormerSelf } from './former-self.js';
import type { ReleaseFacts } from './release-facts.js';
import { compareText } from './words.js';

/** Which services change, and which are judged because they depend on one that does. */
export interface BlastRadius {
  /** Never an empty list of causes. */
  changed: Map<string, Cause[]>;
  /** For each service that is only judged: the changed services it depends on, sorted. */
  judged: Map<string, string[]>;
}

export interface Scope {
  spec: StackSpec;
  observed: ObservedStack;
  /** The services that were asked for; empty: all. */
  services: string[];
  last?: ReleaseFacts;
  formerSelf?: FormerSelf;
}

/**
 * Everything that a deployment of these services touches. A service that was not asked for is touched only where a
 * change to another one reaches it, or where another one cannot start without it.
 */
export function blastRadius(scope: Scope): BlastRadius {
  const changed = new Reach(scope).changed;
  return { changed, judged: judgedBy(scope, changed) };
}

/** Follows changes from service to service until nothing new is reached. */
class Reach {
  readonly changed = new Map<string, Cause[]>();
  private readonly all: ServiceSpec[];
  private readonly own: Map<string, Cause[]>;
  private readonly waiting: string[] = [];

  constructor(private readonly scope: Scope) {
    const { spec, observed, last, services } = scope;
    this.all = Object.values(spec.services).sort((a, b) => compareText(a.name, b.name));
    this.own = new Map(this.all.map((service) => [service.name, ownCauses(spec, service, observed, last)]));
    const asked = services.length === 0 ? this.all.map(({ name }) => name) : [...services].sort(compareText);
    for (const name of asked) this.touch(name);
    const text = scope.formerSelf?.because ?? 'was begun before this run was reset';
    const begun: Cause = { kind: 'begun', text };
    for (const name of this.begun) this.touch(name, begun);
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) this.follow(next);
    for (const [name, causes] of this.changed) this.changed.set(name, sortCauses(causes));
  }

  /** The service changes for its own reasons, if it has any, and for this one, if one is given. */
  private touch(name: string, because?: Cause): void {
    const known = this.changed.get(name);
    const causes = known ?? [...(this.own.get(name) ?? [])];
    const added = because && !causes.some(({ text }) => text === because.text) ? [because] : [];
    causes.push(...added);
    if (causes.length === 0 || (known && added.length === 0)) return;
    this.changed.set(name, causes);
    this.waiting.push(name);
  }

  /** A change reaches another service, unless the former self has made both of them and nothing more is to be done. */
  private pass(from: string, to: string, because: Cause): void {
    const isMade = this.changed.get(from)!.every(({ kind }) => kind === 'begun');
    if (isMade && this.begun.includes(to)) return;
    this.touch(to, because);
  }

  private get begun(): string[] {
    return this.scope.formerSelf?.begun ?? [];
  }

  private follow(name: string): void {
    const causes = this.changed.get(name)!;
    this.followImage(name, causes);
    this.bringDependencies(name);
    if (!causes.some(({ kind }) => CAUSE_KINDS[kind].renews)) return;
    this.followNamespaces(name);
    this.followRestarts(name);
    this.runOneShotsAgain(name);
  }

  /** A reference that names another image now does so for every service that uses it. */
  private followImage(name: string, causes: Cause[]): void {
    if (!causes.some(({ kind }) => kind === 'image')) return;
    const { image } = this.scope.spec.services[name]!;
    const sharing = this.all.filter((other) => other.image === image && other.name !== name);
    for (const other of sharing) {
      if (this.own.get(other.name)!.some(({ kind }) => kind === 'image')) this.touch(other.name);
    }
  }

  /** What it needs in order to start, and does not run, has to start too. */
  private bringDependencies(name: string): void {
    for (const { service, required } of this.scope.spec.services[name]!.dependsOn) {
      const causes = this.own.get(service);
      if (required && causes?.some(({ kind }) => kind === 'absent' || kind === 'stopped' || kind === 'stuck'))
        this.touch(service);
    }
  }

  private followNamespaces(name: string): void {
    for (const other of this.all.filter(({ joins }) => joins.includes(name))) {
      if (this.runs(other.name)) {
        this.pass(name, other.name, {
          kind: 'joins',
          text: `shares namespaces or volumes of ${name}, which is replaced`,
        });
      }
    }
  }

  private followRestarts(name: string): void {
    // Compose asks for it wherever a namespace is joined; that has been said already.
    for (const other of this.all.filter(({ joins }) => !joins.includes(name))) {
      const restarts = other.dependsOn.some(({ service, restart }) => service === name && restart);
      if (restarts && this.runs(other.name)) {
        this.pass(name, other.name, {
          kind: 'restarts-with',
          text: `restarts with ${name} (depends_on restart: true)`,
        });
      }
    }
  }

  private runOneShotsAgain(name: string): void {
    const { spec } = this.scope;
    for (const { service, condition } of spec.services[name]!.dependsOn) {
      const oneShot = spec.services[service];
      if (condition !== 'completed' || !oneShot || oneShot.scale === 0) continue;
      // Where it changes anyway it runs anyway.
      const changes = (this.changed.get(service) ?? []).some(
        ({ kind }) => kind !== 'waited-for' && CAUSE_KINDS[kind].renews,
      );
      if (!changes) this.pass(name, service, { kind: 'waited-for', text: `${name} waits for it, and changes` });
    }
  }

  /** What was stopped stays stopped: a change elsewhere does not start it. */
  private runs(name: string): boolean {
    return isUp(this.scope.observed, name);
  }
}

function isUp(observed: ObservedStack, service: string): boolean {
  return containersOf(observed, service).some(({ state }) => state === 'running' || state === 'restarting');
}

function judgedBy({ spec, observed }: Scope, changed: Map<string, Cause[]>): Map<string, string[]> {
  const judged = new Map<string, string[]>();
  for (const { name } of Object.values(spec.services)) {
    if (changed.has(name) || !isUp(observed, name)) continue;
    const reasons = [...dependenciesOf(spec, name)].filter((dependency) => changed.has(dependency)).sort(compareText);
    if (reasons.length > 0) judged.set(name, reasons);
  }
  return judged;
}

/** All that a service depends on or joins, directly or through others; only services the spec has. */
export function dependenciesOf(spec: StackSpec, service: string): Set<string> {
  const found = new Set<string>();
  const open = [service];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const next of directDependencies(spec, name)) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(next);
    }
  }
  return found;
}

/** What a service depends on or joins; only services the spec has. */
export function directDependencies(spec: StackSpec, service: string): string[] {
  const { dependsOn, joins } = spec.services[service]!;
  const names = new Set([...dependsOn.map((dependency) => dependency.service), ...joins]);
  return [...names].filter((name) => name in spec.services).sort(compareText);
}

/** Whether a changed service runs to its end only because another one waits for it. */
export function isRunAgain(causes: Cause[]): boolean {
  return causes.every(({ kind }) => kind === 'waited-for');
}
