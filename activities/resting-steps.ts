import { gateFor } from '../src/plan/gate-for.js';
import type { Step } from '../src/plan/plan.js';
import type { RestorableStore } from '../src/spec/restore.js';
import type { StackSpec } from '../src/spec/stack-spec.js';
import { readCapture } from '../src/store/captures.js';
import { ownCapturePlace } from './run-place.js';
import type { World } from './world.js';

/** Services that rest while data of theirs is replaced. */
export interface Resting {
  /** In the order in which they start. */
  waves: string[][];
  stores: RestorableStore[];
  /** Those that another restore has left at rest. */
  left: Set<string>;
}

/** The steps by which the services come back: their containers stay the very same, which are those that the run has captured. */
export async function restingSteps(
  { engine, layout }: Pick<World, 'engine' | 'layout'>,
  stack: string,
  spec: StackSpec,
  { waves, stores, left }: Resting,
): Promise<Step[][]> {
  const containers = await engine.containers(spec.project);
  const capture = await readCapture(layout, stack, ownCapturePlace({ layout }, stack));
  // What a former self of the run had made is in no capture.
  const captured = capture?.begun ? undefined : capture?.containers;
  return waves.map((wave) =>
    wave.map((name) => {
      const own = containers.filter(({ service, leftoverOf }) => service === name && leftoverOf === undefined);
      const service = spec.services[name]!;
      // A database that was stopped by hand has ended well, and is not meant to end; nor is what another restore put to rest.
      const isDatabase = stores.some((store) => store.service === name && store.type !== 'volume');
      const before = isDatabase || left.has(name) ? own.filter(({ state }) => state === 'running') : own;
      return {
        ...{ kind: 'replace', service: name, because: ['data is restored'], force: false, scale: own.length },
        image: { ref: service.image, id: own[0]?.imageId ?? '' },
        ...{ configHash: '', gate: gateFor(spec, service, before) },
        replaces: (captured ? (captured[name] ?? []) : own).map(({ id }) => id),
      };
    }),
  );
}
