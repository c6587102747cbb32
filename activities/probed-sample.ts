import type { ContainerInspect, Engine } from '../src/docker/engine.js';
import { ownHealthcheck, ownProbeOf, sampleOf } from '../src/gates/read-container.js';
import type { Sample } from '../src/gates/verdict.js';
import type { GateSpec } from '../src/plan/plan.js';

/** One that takes longer is left to Docker. */
const LONGEST_PROBE_MS = 30_000;

/** A look at a container, with what its own healthcheck says when it is run now. */
export async function probedSample(
  engine: Pick<Engine, 'exec' | 'inspect'>,
  inspect: ContainerInspect,
  { gate, redact, signal }: { gate: GateSpec; redact: (text: string) => string; signal: AbortSignal },
): Promise<Sample> {
  const healthcheck = inspect.State.Status === 'running' ? ownHealthcheck(inspect, gate) : undefined;
  if (!healthcheck) return sampleOf(inspect, Date.now(), redact);
  const timeoutMs = Math.min(healthcheck.timeoutMs, LONGEST_PROBE_MS);
  const end = await engine.exec(inspect.Id, healthcheck.command, { timeoutMs, signal });
  // Docker may have probed meanwhile, or the container may have ended.
  const now = (await engine.inspect(inspect.Id)) ?? inspect;
  const sample = sampleOf(now, Date.now(), redact);
  const isSameStart = now.State.StartedAt === inspect.State.StartedAt && sample.state === 'running';
  return isSameStart ? { ...sample, probing: true, probe: ownProbeOf(end, Date.now(), redact) } : sample;
}
