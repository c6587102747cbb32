import { readFile } from 'node:fs/promises';

/** Of a clock tick of the kernel, which is the same on every Linux that Node runs on. */
const TICK_MS = 10;

/** What a process has used of this machine since its start. */
export interface ProcessUsage {
  /** The most memory that it had at once. */
  peakBytes: number;
  /** Processor time. */
  cpuMs: number;
}

/** Throws where there is no such process. */
export async function usageOf(pid: number): Promise<ProcessUsage> {
  const [status, stat] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/stat`, 'utf8'),
  ]);
  // The program's name, in brackets, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return { peakBytes: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024, cpuMs: (user + system) * TICK_MS };
}
