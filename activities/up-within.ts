import { LONGEST_TIMER_MS } from '../src/longest-timer.js';
import { stopGraceS } from '../src/docker/stop-grace.js';
import type { World } from './world.js';

/** An `up` that neither builds nor pulls takes seconds; on a busy machine, a minute. */
const BESIDE_STOPPING_MS = 5 * 60_000;

/**
 * How long Compose may take to bring about services, given what their containers may take to stop: who takes longer waits for an
 * answer that does not come. Undefined where one may take for ever.
 */
export async function upWithin({ engine }: World, project: string, services: string[]): Promise<number | undefined> {
  const found = (await Promise.all(services.map((service) => engine.inspects(project, service)))).flat();
  return boundMs(found.map(stopGraceS));
}

/** The same by the seconds that each container has to stop; less than none means for ever. */
export function boundMs(graces: number[]): number | undefined {
  if (graces.some((seconds) => seconds < 0)) return undefined;
  return Math.min(BESIDE_STOPPING_MS + 1000 * Math.max(0, ...graces), LONGEST_TIMER_MS);
}
