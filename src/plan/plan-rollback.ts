import type { StackSpec } from '../spec/stack-spec.js';
import { dependenciesOf } from './blast-radius.js';
import { gateFor } from './gate-for.js';
import { containersOf, type ObservedStack } from './observed-stack.js';
import type { GateSpec, Plan, PlannedData, Step } from './plan.js';
import { planHash } from './plan-hash.js';
import { waves } from './waves.js';
import { compareText, shortId } from './words.js';

/** A service of the release to go back to. */
export interface TargetService {
  imageRef: string;
  imageId: string;
  configHash: string;
  scale: number;
  /** What is there now is just that: it is left alone. */
  same: boolean;
}

/** All that the plan of a rollback is made from. */
export interface RollbackFacts {
  /** The release to go back to, for people. */
  release: string;
  services: Record<string, TargetService>;
  /** Its configuration. Services of a baseline may be missing in it. */
  spec: StackSpec;
  observed: Pick<ObservedStack, 'containers'>;
  /** Services that are sick now. */
  sick: string[];
  /** What is brought back besides. */
  data?: PlannedData;
}

/**
 * What has to happen so that the stack is what an earlier release was: services that it did not have go first, then those that differ
 * come back in dependency order, and whoever depends on them is judged. Whoever rests for data to be put in place, and is the same,
 * starts again in that order.
 */
export function planRollback(facts: RollbackFacts): Plan {
  const { spec, services, observed } = facts;
  const changed = changedServices(facts);
  const resting = (facts.data?.resting ?? []).filter((name) => name in services && !changed.has(name));
  const begun = new Set([...changed, ...resting]);
  const known = [...begun].filter((name) => name in spec.services);
  const judged = Object.keys(services).filter((name) => !begun.has(name) && dependsOnAny(spec, name, begun));
  const gone = [...new Set(observed.containers.map(({ service }) => service))].filter((name) => !(name in services));
  const unknown = [...begun].filter((name) => !(name in spec.services)).sort(compareText);
  const stepOf = (name: string): Step => {
    if (changed.has(name)) return backStep(facts, name);
    return resting.includes(name) ? restartStep(facts, name) : judgeStep(facts, name);
  };
  const plan: Omit<Plan, 'hash'> = {
    format: 1,
    stack: spec.project,
    waves: [
      gone.sort(compareText).map((name) => goneStep(facts, name)),
      unknown.map(stepOf),
      ...waves(spec, { changed: known, oneShots: [], judged }).map((wave) => wave.map(stepOf)),
    ].filter((wave) => wave.length > 0),
    together: false,
    staggerMs: 0,
    unchanged: Object.keys(services)
      .filter((name) => !begun.has(name) && !judged.includes(name))
      .sort(compareText),
    orphans: [],
    warnings: [],
  };
  const { data } = facts;
  if (!data) return { ...plan, hash: planHash(plan) };
  return { ...plan, data, hash: planHash({ ...plan, data: { ...data, writes: [] } }) };
}

/** Those that differ, and those that join the namespaces or volumes of one that is made again. */
function changedServices({ spec, services }: RollbackFacts): Set<string> {
  const changed = new Set(Object.keys(services).filter((name) => !services[name]!.same));
  for (let before = -1; before !== changed.size;) {
    before = changed.size;
    for (const name of Object.keys(services)) {
      if (spec.services[name]?.joins.some((joined) => changed.has(joined))) changed.add(name);
    }
  }
  return changed;
}

function dependsOnAny(spec: StackSpec, name: string, changed: Set<string>): boolean {
  return name in spec.services && [...dependenciesOf(spec, name)].some((other) => changed.has(other));
}

function backStep(facts: RollbackFacts, name: string): Step {
  const { services, spec, observed } = facts;
  const { imageRef, imageId, configHash, scale } = services[name]!;
  const own = containersOf(observed, name);
  const service = spec.services[name];
  return {
    kind: 'replace',
    service: name,
    because: causesOf(facts, name),
    force: false,
    scale,
    image: { ref: imageRef, id: imageId },
    // With a copy of a mounted file in the place of the file, or by another way than Compose's, it gets another label.
    configHash: service?.configHash === configHash && !hasBinds(service.contentHashes) ? configHash : '',
    replaces: own.map(({ id }) => id),
    gate: service ? gateFor(spec, service, []) : gateUnderPolicy(spec),
  };
}

function causesOf({ release, services, observed }: RollbackFacts, name: string): string[] {
  const { imageId, configHash, scale } = services[name]!;
  const own = containersOf(observed, name);
  const [first] = own;
  if (!first) return [`release ${release} has it, and it is not there`];
  const causes = [
    ...(first.imageId === imageId ? [] : [`image: ${shortId(first.imageId)} → ${shortId(imageId)}`]),
    ...(first.configHash === configHash ? [] : ['configuration of before']),
    ...(own.length === scale ? [] : [`scale ${own.length} → ${scale}`]),
  ];
  return causes.length > 0 ? causes : ['content, state or what it joins, as before'];
}

function goneStep({ release, observed, spec }: RollbackFacts, name: string): Step {
  const own = containersOf(observed, name);
  return {
    ...{ kind: 'replace', service: name, because: [`release ${release} does not have it: it goes`], force: false },
    ...{ scale: 0, image: { ref: own[0]?.imageRef ?? '', id: own[0]?.imageId ?? '' }, configHash: '' },
    replaces: own.map(({ id }) => id),
    gate: gateUnderPolicy(spec),
  };
}

function restartStep({ spec, observed, services, sick }: RollbackFacts, name: string): Step {
  const own = containersOf(observed, name);
  const service = spec.services[name];
  const { imageRef, imageId } = services[name]!;
  return {
    ...{ kind: 'restart', service: name, because: ['rests while data is put in place'], force: false },
    ...{ scale: own.length, image: { ref: imageRef, id: imageId }, configHash: '' },
    replaces: own.map(({ id }) => id),
    gate: service ? gateFor(spec, service, own, { wasSick: sick.includes(name) }) : gateUnderPolicy(spec),
  };
}

function judgeStep({ spec, observed, services, sick }: RollbackFacts, name: string): Step {
  const own = containersOf(observed, name);
  const { imageRef, imageId, configHash } = services[name]!;
  return {
    ...{ kind: 'judge', service: name, because: ['depends on what comes back'], force: false, scale: own.length },
    ...{ image: { ref: imageRef, id: imageId }, configHash, replaces: [] },
    gate: gateFor(spec, spec.services[name]!, own, { leftAlone: true, wasSick: sick.includes(name) }),
  };
}

function gateUnderPolicy({ policy }: StackSpec): GateSpec {
  const { timeoutMs, stableForMs, probe, onInconclusive } = policy.health;
  return { kind: 'long-running', timeoutMs, stableForMs, probe, onInconclusive };
}

function hasBinds(contentHashes: Record<string, string>): boolean {
  return Object.keys(contentHashes).length > 0;
}
