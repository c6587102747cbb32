import type { ContainerInspect } from '../src/docker/engine.js';
import type { ObservedContainer, ObservedStack } from '../src/plan/observed-stack.js';
import { beforeAndAfter, type StackSeen } from '../src/report/before-and-after.js';
import type { RunEvidence } from '../src/report/run-evidence.js';
import type { ReleaseMetrics } from '../src/spec/service-metrics.js';
import { readSamples } from '../src/store/read-evidence.js';
import { readBefore } from './note-before.js';
import { ownRunFolder } from './run-place.js';
import type { World } from './world.js';

/**
 * How services were before this run changed the stack, and are now. Undefined where that cannot be told: no release waits for it,
 * nor fails by it.
 */
export async function releaseMetrics(
  world: World,
  stack: string,
  { project, containers }: ObservedStack,
): Promise<ReleaseMetrics | undefined> {
  try {
    const folder = ownRunFolder(world, stack);
    const [before, seen] = await Promise.all([readBefore(folder), readSamples(folder)]);
    if (!before) return undefined;
    const [inspects, usage] = await Promise.all([world.engine.inspects(project), world.engine.usage(project)]);
    return beforeAndAfter(
      { containers: before.containers, probes: dockersProbes(before.inspects) },
      { containers, probes: [...dockersProbes(inspects), ...ownProbes(seen, containers)] },
      [...seen.resources, { atMs: Date.now(), containers: usage }],
    );
  } catch (error) {
    console.error(`a release is recorded without metrics: ${error instanceof Error ? error.message : 'unknown'}`);
    return undefined;
  }
}

/** What Docker remembers of its last runs of the healthchecks. */
function dockersProbes(inspects: ContainerInspect[]): StackSeen['probes'] {
  return inspects.flatMap(({ Config, State }) => {
    const passed = (State.Health?.Log ?? []).filter(({ ExitCode }) => ExitCode === 0);
    const service = Config.Labels['com.docker.compose.service'] ?? '';
    return passed.map(({ Start, End }) => ({ service, tookMs: Date.parse(End) - Date.parse(Start) }));
  });
}

/** What gates have seen of their own runs of the healthchecks. */
function ownProbes({ health }: Pick<RunEvidence, 'health'>, containers: ObservedContainer[]): StackSeen['probes'] {
  return health.flatMap(({ service, onTwin, samples }) => {
    const ended = samples.flatMap(({ id, probe }) =>
      !onTwin && probe?.outcome === 'ok' && containers.some((container) => container.id === id) ? [probe] : [],
    );
    // One run of it is in each look until the next has ended.
    const tookMs = new Map(ended.map(({ atMs, durationMs }) => [atMs, durationMs]));
    return [...tookMs.values()].map((durationMs) => ({ service, tookMs: durationMs }));
  });
}
