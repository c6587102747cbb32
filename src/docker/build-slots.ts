import { readFile } from 'node:fs/promises';
import os from 'node:os';

export interface BuildCapacity {
  /** Bytes that could be had without swapping. */
  availableMemory: number;
  cpus: number;
}

/** How many builds may go on at once: as many as fit into memory, one processor left free, four at most, one at least. */
export function parallelBuilds(
  { availableMemory, cpus }: BuildCapacity,
  limits: { buildMemoryBytes: number; parallelBuilds: number | 'auto' },
): number {
  if (limits.parallelBuilds !== 'auto') return Math.max(1, limits.parallelBuilds);
  return Math.max(1, Math.min(Math.floor(availableMemory / limits.buildMemoryBytes), cpus - 1, 4));
}

/** The host's capacity now. */
export async function sampleCapacity(): Promise<BuildCapacity> {
  const meminfo = await readFile('/proc/meminfo', 'utf8');
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return { availableMemory: kilobytes ? Number(kilobytes) * 1024 : os.freemem(), cpus: os.availableParallelism() };
}
