import type { ObservedContainer } from './observed-stack.js';
import type { Step } from './plan.js';

/**
 * What keeps a step's containers from being what its release would be recorded as, in plain words; undefined when
 * nothing does. `containers` are all of the service's, leftovers too; `configHashes` are the labels that Compose may
 * have given them for what the step asks.
 *
 * A service that is only judged may be made of anything: the run has not touched it. But it has to be up.
 */
export function unservedReason(
  step: Step,
  containers: ObservedContainer[],
  configHashes: (string | undefined)[],
): string | undefined {
  const { kind, scale, image, configHash, gate } = step;
  if (containers.some(({ leftoverOf }) => leftoverOf !== undefined))
    return 'a container under a temporary name is there';
  if (containers.length !== scale) return `it has ${containers.length} containers instead of ${scale}`;
  const down = containers.find((container) => !serves(gate, container));
  if (down) return `${down.name} is ${down.state}${down.exitCode === undefined ? '' : ` (${down.exitCode})`}`;
  if (kind === 'judge') return undefined;
  const other = containers.find(({ imageId }) => imageId !== image.id);
  if (other) return `${other.name} runs another image`;
  const labels = configHash === '' ? undefined : configHashes;
  const made = containers.find((container) => labels && !labels.includes(container.configHash));
  return made && `${made.name} has another configuration`;
}

/** It is up, or has ended as it may. What was sick before may still be restarting. */
function serves(gate: Step['gate'], { state, exitCode }: ObservedContainer): boolean {
  if (gate.kind === 'one-shot' || gate.mayEnd) {
    if (state === 'exited' && exitCode === 0) return true;
  }
  return state === 'running' || (state === 'restarting' && gate.wasSick === true);
}
