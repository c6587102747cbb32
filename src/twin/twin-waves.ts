import { gateFor, isOneShot } from '../plan/gate-for.js';
import type { GateSpec, Plan, Step } from '../plan/plan.js';
import { waves } from '../plan/waves.js';
import type { StackSpec } from '../spec/stack-spec.js';

/** A release proves over minutes that it stays well; on the twin it only has to come up and not fall over at once. */
const MOST_STABLE_MS = 1_000;

/**
 * The steps that bring a twin up, in the order in which its services start. What the release changes is judged as it will
 * be in the stack; what it only needs has to be up.
 */
export function twinWaves(plan: Plan, spec: StackSpec, twin: { spec: StackSpec; rehearsed: string[] }): Step[][] {
  const planned = new Map(plan.waves.flat().map((step) => [step.service, step]));
  const names = Object.keys(twin.spec.services);
  const oneShots = names.filter((name) => isOneShot(spec, spec.services[name]!, []));
  return waves(twin.spec, { changed: names, oneShots, judged: [] }).map((wave) =>
    wave.map((name) => {
      const step = planned.get(name);
      const changes = step !== undefined && twin.rehearsed.includes(name);
      const gate = changes ? step.gate : neededGate(spec, name);
      const { image } = spec.services[name]!;
      return {
        kind: 'replace',
        service: name,
        because: changes ? ['rehearsal'] : ['what is rehearsed needs it'],
        force: false,
        scale: 1,
        image: step?.image ?? { ref: image, id: '' },
        configHash: '',
        replaces: [],
        gate: onTwin(gate),
      };
    }),
  );
}

function neededGate(spec: StackSpec, name: string): GateSpec {
  const service = spec.services[name]!;
  const gate = gateFor(spec, service, []);
  // Whether it is up, or has done what it is for and ended, is all the same to what needs it.
  return gate.kind === 'long-running' && service.restart === 'no' ? { ...gate, mayEnd: true } : gate;
}

function onTwin({ leftAlone: _leftAlone, ...gate }: GateSpec): GateSpec {
  return { ...gate, stableForMs: Math.min(gate.stableForMs, MOST_STABLE_MS) };
}
