import type { ObservedContainer } from './observed-stack.js';
import type { Step } from './plan.js';

/**
 * Whether a service's containers are those that a step asks for, so that nothing is left to do. `containers` are all of
 * the service's, leftovers too. A container that failed to start stays in `created`, and does not count.
 */
export function isReplaced(step: Step, containers: ObservedContainer[]): boolean {
  return containers.length === step.scale && containers.every((container) => isWhatIsAsked(step, container));
}

function isWhatIsAsked(step: Step, { id, leftoverOf, imageId, configHash, state }: ObservedContainer): boolean {
  if (leftoverOf !== undefined || imageId !== step.image.id) return false;
  if (step.configHash !== '' && configHash !== step.configHash) return false;
  if (state === 'created' || state === 'removing' || state === 'dead') return false;
  if (!step.replaces.includes(id)) return true;
  // Compose keeps a container in which it sees no difference; all it has to do is to start it.
  const mayStay = step.kind === 'replace' && !step.force;
  return mayStay && (state === 'running' || state === 'restarting');
}
