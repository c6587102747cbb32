import path from 'node:path';
import type { ContainerInspect } from '../src/docker/engine.js';
import { redactedInspect } from '../src/docker/redacted-inspect.js';
import type { ObservedStack } from '../src/plan/observed-stack.js';
import { EVIDENCE_FOLDER } from '../src/store/evidence-files.js';
import type { Frozen } from '../src/store/frozen.js';
import { readJson, writeJson } from '../src/store/private-file.js';
import { ownRunFolder } from './run-place.js';
import type { World } from './world.js';

/** In a run's folder. */
const BEFORE_FILE = path.join(EVIDENCE_FOLDER, 'before.json');

/** What was there before a run changed anything. */
export interface Before extends ObservedStack {
  runningServices: string[];
  /** Without the values of their environment. */
  inspects: ContainerInspect[];
}

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
  const before: Before = {
    ...observed,
    runningServices: runningServices(observed),
    inspects: described.map((inspect) => redactedInspect(inspect, frozen.redact)),
  };
  await writeJson(path.join(ownRunFolder(world, stack), BEFORE_FILE), before);
}

/** What was noted by the run of a folder; undefined where it has not come to that. */
export async function readBefore(runFolder: string): Promise<Before | undefined> {
  return readJson<Before>(path.join(runFolder, BEFORE_FILE));
}

function runningServices({ containers }: ObservedStack): string[] {
  const running = containers.filter(({ state, leftoverOf }) => state === 'running' && leftoverOf === undefined);
  return [...new Set(running.map(({ service }) => service))].sort();
}
