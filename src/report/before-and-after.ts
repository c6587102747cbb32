import { isUp, type ObservedContainer } from '../plan/observed-stack.js';
import type { ReleaseMetrics, ServiceMetrics } from '../spec/service-metrics.js';
import { defined } from './fields.js';
import { medianOf } from './median.js';
import type { ResourceSample } from './run-evidence.js';
import { usePointsOf } from './use-points.js';

/** A stack as it was seen at one moment. */
export interface StackSeen {
  containers: ObservedContainer[];
  /** Healthchecks that passed, of these containers. */
  probes: { service: string; tookMs: number }[];
}

/** How services were before a run changed the stack, and once it had. `resources` is what was used all the while. */
export function beforeAndAfter(before: StackSeen, after: StackSeen, resources: ResourceSample[]): ReleaseMetrics {
  const { fromMs, toMs } = changeBetween(before.containers, after.containers);
  return {
    before: metricsOf(
      before,
      resources.filter(({ atMs }) => atMs <= fromMs),
    ),
    after: metricsOf(
      after,
      resources.filter(({ atMs }) => atMs >= toMs),
    ),
  };
}

/** From the first container that was made, or the first start of one that was there, to the last start. */
function changeBetween(before: ObservedContainer[], after: ObservedContainer[]): { fromMs: number; toMs: number } {
  const changes = after.flatMap(({ id, createdAtMs, startedAtMs = createdAtMs }) => {
    const same = before.find((one) => one.id === id);
    if (same?.startedAtMs === startedAtMs) return [];
    return [{ fromMs: same ? startedAtMs : createdAtMs, toMs: startedAtMs }];
  });
  return {
    fromMs: Math.min(...changes.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...changes.map(({ toMs }) => toMs)),
  };
}

function metricsOf({ containers, probes }: StackSeen, resources: ResourceSample[]): Record<string, ServiceMetrics> {
  const points = usePointsOf(resources);
  const up = containers.filter((container) => isUp(container) && container.leftoverOf === undefined);
  const services = [...new Set(up.map(({ service }) => service))].sort();
  return Object.fromEntries(
    services.map((service): [string, ServiceMetrics] => {
      const used = points.filter((point) => point.service === service);
      const cpu = medianOf(used.flatMap((point) => point.cpu ?? []));
      const memoryBytes = medianOf(used.map((point) => point.memoryBytes));
      const probeMs = medianOf(probes.filter((probe) => probe.service === service).map(({ tookMs }) => tookMs));
      const own = up.filter((container) => container.service === service);
      const restarts = own.reduce((sum, { restartCount }) => sum + restartCount, 0);
      return [service, { ...defined({ cpu, memoryBytes }), restarts, ...defined({ probeMs }) }];
    }),
  );
}
