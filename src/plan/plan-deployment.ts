import { blastRadius, isRunAgain, type BlastRadius, type Scope } from './blast-radius.js';
import { CAUSE_KINDS, type Cause } from './causes.js';
import { gateFor } from './gate-for.js';
import { containersOf } from './observed-stack.js';
import type { ServiceSpec } from '../spec/stack-spec.js';
import type { Plan, Step } from './plan.js';
import { planHash } from './plan-hash.js';
import { portMoves } from './port-moves.js';
import { planWarnings } from './plan-warnings.js';
import { decideScale } from './scale.js';
import { sicknessOf } from './sickness.js';
import { waves } from './waves.js';
import { compareText } from './words.js';

/** All that a plan is made from. */
export interface PlanRequest extends Scope {
  /** Only before the builds: for each service that is going to be built or pulled and may change by that, why. */
  mayChange?: Record<string, string>;
}

/**
 * What has to happen so that the stack runs what its configuration asks for: pure, and the same for the same input
 * whatever the order of its keys. A stack that runs it already gives a plan without waves.
 *
 * Throws when a service is asked for that the stack does not have.
 */
export function planDeployment(request: PlanRequest): Plan {
  refuseUnknownServices(request);
  const { spec } = request;
  const radius = blastRadius(request);
  const changed = [...radius.changed.keys()];
  const judged = [...radius.judged.keys()];
  const oneShots = changed.filter((name) => gateOf(request, name).kind === 'one-shot');
  const moves = portMoves(spec, request.observed, changed);
  const mayChange = undecided(request, radius);
  const plan: Omit<Plan, 'hash'> = {
    format: 1,
    stack: spec.project,
    waves: waves(spec, { changed, oneShots, judged, moves }).map((wave) =>
      wave.map((name) => stepFor(request, radius, name)),
    ),
    // Under `all-at-once` a wave has an order of its own.
    together: spec.policy.start.strategy === 'waves' && spec.policy.start.staggerMs === 0,
    staggerMs: spec.policy.start.staggerMs,
    unchanged: Object.keys(spec.services)
      .filter((name) => !radius.changed.has(name) && !radius.judged.has(name))
      .sort(compareText),
    ...(mayChange ? { mayChange } : {}),
    orphans: orphans(request),
    warnings: planWarnings(request, radius),
  };
  return { ...plan, hash: planHash(plan) };
}

function refuseUnknownServices({ spec, services }: Scope): void {
  const unknown = services.filter((name) => !(name in spec.services));
  if (unknown.length === 0) return;
  const known = Object.keys(spec.services).sort(compareText).join(', ');
  throw new Error(`${spec.project} has no service ${unknown.join(', ')}; it has ${known}`);
}

function stepFor(request: PlanRequest, { changed, judged }: BlastRadius, name: string): Step {
  const causes = changed.get(name);
  return causes ? changeStep(request, name, causes) : judgeStep(request, name, judged.get(name)!);
}

function changeStep(request: PlanRequest, name: string, causes: Cause[]): Step {
  const { spec, observed, last } = request;
  const service = spec.services[name]!;
  const containers = containersOf(observed, name);
  return {
    kind: isRunAgain(causes) ? 'run-again' : 'replace',
    service: name,
    because: causes.map(({ text }) => text),
    force: isForced(service, causes),
    scale: decideScale(service, containers, last).scale,
    image: { ref: service.image, id: observed.images[service.image] ?? '' },
    configHash: joinsOthers(service) ? '' : service.configHash,
    replaces: causes.every(({ kind }) => kind === 'begun') ? [] : containers.map(({ id }) => id),
    gate: gateOf(request, name),
  };
}

/** Whoever joins a container is bound to that one, so nothing of it can stay when anything about it is renewed. */
function isForced(service: ServiceSpec, causes: Cause[]): boolean {
  const renewed = causes.some(({ kind }) => CAUSE_KINDS[kind].renews);
  return causes.some(({ kind }) => CAUSE_KINDS[kind].force) || (renewed && joinsOthers(service));
}

/** Compose's hash of such a service holds the id of the container it joins, which this very plan may replace. */
function joinsOthers({ joins }: ServiceSpec): boolean {
  return joins.length > 0;
}

function judgeStep(request: PlanRequest, name: string, dependsOn: string[]): Step {
  const { spec, observed, formerSelf } = request;
  const service = spec.services[name]!;
  const containers = containersOf(observed, name);
  return {
    kind: 'judge',
    service: name,
    because: [`depends on ${dependsOn.join(', ')}`],
    force: false,
    scale: containers.length,
    image: { ref: service.image, id: containers[0]!.imageId },
    configHash: containers[0]!.configHash,
    replaces: [],
    gate: gateFor(spec, service, containers, {
      leftAlone: true,
      wasSick: formerSelf ? formerSelf.sick.includes(name) : sicknessOf(observed, name) !== undefined,
    }),
  };
}

/** What a service was tells what it is meant to do; what a former self has made of it does not. */
function gateOf({ spec, observed, formerSelf }: Scope, name: string) {
  const before = formerSelf?.begun.includes(name) ? (formerSelf.containers[name] ?? []) : containersOf(observed, name);
  return gateFor(spec, spec.services[name]!, before);
}

/** What changes anyway needs no guess. */
function undecided({ mayChange }: PlanRequest, { changed }: BlastRadius): Plan['mayChange'] {
  if (!mayChange) return undefined;
  return Object.entries(mayChange)
    .filter(([service]) => !changed.has(service))
    .map(([service, because]) => ({ service, because }))
    .sort((a, b) => compareText(a.service, b.service));
}

function orphans({ spec, observed }: Scope): Plan['orphans'] {
  const known = new Set([...Object.keys(spec.services), ...spec.inactiveServices]);
  return observed.containers
    .filter(({ service }) => !known.has(service))
    .map(({ service, name }) => ({ service, container: name }))
    .sort((a, b) => compareText(a.container, b.container));
}
