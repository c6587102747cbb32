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

/** Keeps the builds of one process, whatever their stacks, from exhausting the host. */
export class BuildSlots {
  private taken = 0;
  private waiting: (() => void)[] = [];

  /**
   * Waits for a slot, and returns what gives it back. `limit` is asked before each decision: whenever a slot is given
   * back, and every `resampleMs`, because memory comes and goes. Rejects with the signal's reason when it aborts first.
   */
  async take(limit: () => Promise<number>, signal: AbortSignal, resampleMs = 1000): Promise<() => void> {
    for (;;) {
      const allowed = await limit();
      // From here to the listener nothing is awaited, so no change can slip by.
      signal.throwIfAborted();
      if (this.taken < allowed) break;
      await this.change(signal, resampleMs);
    }
    this.taken += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.taken -= 1;
      for (const wake of this.waiting.splice(0)) wake();
    };
  }

  private change(signal: AbortSignal, resampleMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.waiting = this.waiting.filter((other) => other !== wake);
        resolve();
      };
      const timer = setTimeout(wake, resampleMs);
      signal.addEventListener('abort', wake, { once: true });
      this.waiting.push(wake);
    });
  }
}
