import path from 'node:path';
import { redactedInspect } from '../src/docker/redacted-inspect.js';
import type { ObservedStack } from '../src/plan/observed-stack.js';
import { EVIDENCE_FOLDER } from '../src/store/evidence-files.js';
import type { Frozen } from '../src/store/frozen.js';
import { writeJson } from '../src/store/private-file.js';
import { ownRunFolder } from './run-place.js';
import type { World } from './world.js';

/**
 * Evidence of what was there before the run changed anything: every container as it was observed and, without the values of
 * its environment, as Docker describes it.
 */
export async function noteBefore(
  world: World,
  stack: string,
  { observed, frozen }: { observed: ObservedStack; frozen: Pick<Frozen, 'redact'> },
): Promise<void> {
  const inspects = await Promise.all(observed.containers.map(({ id }) => world.engine.inspect(id)));
  const described = inspects.filter((inspect) => inspect !== undefined);
  await writeJson(path.join(ownRunFolder(world, stack), EVIDENCE_FOLDER, 'before.json'), {
    ...observed,
    runningServices: runningServices(observed),
    inspects: described.map((inspect) => redactedInspect(inspect, frozen.redact)),
  });
}

function runningServices({ containers }: ObservedStack): string[] {
  const running = containers.filter(({ state, leftoverOf }) => state === 'running' && leftoverOf === undefined);
  return [...new Set(running.map(({ service }) => service))].sort();
}
