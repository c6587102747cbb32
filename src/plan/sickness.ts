import { containersOf, type ObservedContainer, type ObservedStack } from './observed-stack.js';

/** A container that restarted this often, and last did so this recently, is in a crash loop even while it runs. */
const LOOP_RESTARTS = 2;
const LOOP_WITHIN_MS = 60_000;

/** What is wrong with a service before anything is done to it; undefined when nothing is. */
export function sicknessOf(observed: ObservedStack, service: string): string | undefined {
  const complaints = containersOf(observed, service).map((container) => complaint(container, observed.observedAtMs));
  return complaints.find((text) => text !== undefined);
}

/** A stopped container is not sick: the plan starts it. */
function complaint(container: ObservedContainer, nowMs: number): string | undefined {
  const { state, health, restartCount, startedAtMs } = container;
  if (state === 'restarting') return 'crash looping';
  if (state !== 'running') return undefined;
  if (health === 'unhealthy') return 'unhealthy';
  const youngMs = startedAtMs === undefined ? Infinity : nowMs - startedAtMs;
  return restartCount >= LOOP_RESTARTS && youngMs < LOOP_WITHIN_MS ? 'crash looping' : undefined;
}
