import { EngineRefused } from '../src/docker/engine.js';
import { isOneShot } from '../src/plan/gate-for.js';
import type { StackSpec } from '../src/spec/stack-spec.js';
import type { World } from './world.js';

/**
 * Starts what has ended on a twin since a moment: Docker restarts nothing there, so what ended with Docker itself would stay so, and be
 * held against the release. What ended by itself ends once more. A service that is meant to end, and did so well, is left alone.
 */
export async function wakeTwin({ engine }: Pick<World, 'engine'>, spec: StackSpec, sinceMs: number): Promise<void> {
  const listed = (await engine.containers(spec.project)).filter(({ leftoverOf }) => !leftoverOf);
  for (const { id, service } of listed) {
    const state = (await engine.inspect(id))?.State;
    if (state?.Status !== 'exited' || Date.parse(state.FinishedAt) < sinceMs) continue;
    const asked = spec.services[service];
    if (state.ExitCode === 0 && asked && isOneShot(spec, asked, [])) continue;
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
