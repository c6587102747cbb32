import type { ResourceSample } from '../run-evidence.js';
import { type UsePoint, usePointsOf } from '../use-points.js';

/** What a service used, over the run. */
export interface UseSummary {
  service: string;
  peakCpu?: number;
  peakMemoryBytes: number;
}

/** More lines than this cannot be told apart; the rest are added up. */
export const MOST_LINES = 7;
export const OTHERS = 'the others';

/** What each service used from sample to sample; those that used least, beyond the seventh, together. */
export function resourceLinesOf(samples: ResourceSample[]): UsePoint[] {
  const points = usePointsOf(samples);
  const shown = useSummariesOf(points).slice(0, MOST_LINES);
  const few = new Set(points.map(({ service }) => service)).size <= MOST_LINES;
  return few ? points : together(points, new Set(shown.map(({ service }) => service)));
}

/** The peaks of each service, the one with the most memory first. */
export function useSummariesOf(points: UsePoint[]): UseSummary[] {
  const services = [...new Set(points.map(({ service }) => service))];
  return services
    .map((service): UseSummary => {
      const own = points.filter((point) => point.service === service);
      const shares = own.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]));
      const peakMemoryBytes = Math.max(...own.map(({ memoryBytes }) => memoryBytes));
      return { service, peakMemoryBytes, ...(shares.length > 0 ? { peakCpu: Math.max(...shares) } : {}) };
    })
    .sort((a, b) => b.peakMemoryBytes - a.peakMemoryBytes);
}

function together(points: UsePoint[], shown: Set<string>): UsePoint[] {
  const kept = points.filter(({ service }) => shown.has(service));
  const rest = new Map<number, UsePoint>();
  for (const { atMs, service, cpu, memoryBytes } of points) {
    if (shown.has(service)) continue;
    const sum = rest.get(atMs) ?? { atMs, service: OTHERS, memoryBytes: 0 };
    sum.memoryBytes += memoryBytes;
    if (cpu !== undefined) sum.cpu = (sum.cpu ?? 0) + cpu;
    rest.set(atMs, sum);
  }
  return [...kept, ...rest.values()];
}
