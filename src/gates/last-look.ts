import type { GateSpec } from '../plan/plan.js';
import type { Sample } from './verdict.js';
import { wellnessOf } from './wellness.js';
import { times } from './words.js';

/**
 * What has become of a service since its gates let it through, in plain words; undefined where nothing speaks against it.
 * `restartsByThen` are those that its gates had seen; undefined where they have not counted.
 */
export function relapseOf(samples: Sample[], gate: GateSpec, restartsByThen: number | undefined): string | undefined {
  if (gate.kind === 'one-shot' || gate.wasSick) return undefined;
  const restarts = restartsOf(samples) - (restartsByThen ?? Infinity);
  if (restarts > 0) return `restarted ${times(restarts)} since its gate`;
  return samples.map(sicknessOf).find((reason) => reason !== undefined);
}

/** How often Docker has restarted the containers of a service. */
export function restartsOf(samples: Sample[]): number {
  return samples.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** Nothing is pardoned any more, but a good probe of our own that is newer than Docker's word stands. */
function sicknessOf(sample: Sample): string | undefined {
  if (sample.state !== 'running') return undefined;
  const hearing = { gateBeganAtMs: sample.atMs, needsNewHealthy: false, failuresToFail: 1 };
  const { state, reason } = wellnessOf(sample, hearing);
  return state === 'sick' ? reason : undefined;
}
