import type { ResourceSample } from './run-evidence.js';

/** What the containers of a service used at one time. */
export interface UsePoint {
  atMs: number;
  service: string;
  /** Share of one processor, 1 is all of it; absent where there is no earlier reading to compare with. */
  cpu?: number;
  memoryBytes: number;
}

/** What each service used from sample to sample. */
export function usePointsOf(samples: ResourceSample[]): UsePoint[] {
  return samples.flatMap(({ atMs, containers }, index) => {
    const before = samples[index - 1];
    return [...new Set(containers.map((one) => one.service))].map((service): UsePoint => {
      const own = containers.filter((one) => one.service === service);
      const shares = own.flatMap(({ container, cpuMs }) => {
        const earlier = before?.containers.find((one) => one.container === container);
        // One that is new under an old name counts from 0.
        return before && earlier && earlier.cpuMs <= cpuMs ? [(cpuMs - earlier.cpuMs) / (atMs - before.atMs)] : [];
      });
      const memoryBytes = own.reduce((sum, one) => sum + one.memoryBytes, 0);
      const cpu = shares.length > 0 ? { cpu: shares.reduce((sum, share) => sum + share, 0) } : {};
      return { atMs, service, memoryBytes, ...cpu };
    });
  });
}
