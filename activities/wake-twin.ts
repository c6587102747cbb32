import { EngineRefused } from '../src/docker/engine.js';
import { isOneShot } from '../src/plan/gate-for.js';
import type { StackSpec } from '../src/spec/stack-spec.js';
import type { World } from './world.js';

/** Containers may have ended with Docker this long before somebody found it away. */
const ENDED_BEFORE_MS = 15_000;

/**
 * Starts what has ended on a twin since about a moment, of all services or of these: Docker restarts nothing there, so what ended with Docker
 * itself would stay so, and be held against the release. What ended by itself ends once more. A service that is meant to end, and did so
 * well, is left alone. The caller has the twin's turn.
 */
export async function wakeTwin(
  { engine }: Pick<World, 'engine'>,
  spec: StackSpec,
  { sinceMs, services }: { sinceMs: number; services?: string[] },
): Promise<void> {
  const listed = await engine.containers(spec.project);
  const ended = listed.filter(({ state, leftoverOf }) => state === 'exited' && !leftoverOf);
  for (const { id, service, exitCode } of ended.filter((one) => !services || services.includes(one.service))) {
    const asked = spec.services[service];
    if (exitCode === 0 && asked && isOneShot(spec, asked, [])) continue;
    const inspect = await engine.inspect(id);
    if (!inspect || Date.parse(inspect.State.FinishedAt) < sinceMs - ENDED_BEFORE_MS) continue;
    await startOrLeaveToGate({ engine }, id);
  }
}

/** A program that cannot be executed is evidence, and the gate reads it from the container. */
export async function startOrLeaveToGate({ engine }: Pick<World, 'engine'>, id: string): Promise<void> {
  try {
    await engine.start(id);
  } catch (error) {
    if (!(error instanceof EngineRefused)) throw error;
  }
}
