import { readFile } from 'node:fs/promises';

/**
 * Which process it was. A pid alone is used again after a while, and after a boot at once; with its start time and the
 * boot it names one process for ever.
 */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks between the boot and its start. */
  startTicks: string;
  bootId: string;
}

/** The identity out of a line of `/proc/<pid>/stat` and the boot's id; undefined for anything else. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const [statLine, bootId] = text.split('\n');
  const process = parseStat(statLine ?? '');
  return process && bootId ? { pid: process.pid, startTicks: process.startTicks, bootId } : undefined;
}

/** Whether that very process is still at work. A zombie is not. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  if ((await bootIdNow()) !== identity.bootId) return false;
  const now = parseStat(await readFile(`/proc/${identity.pid}/stat`, 'utf8').catch(() => ''));
  return now?.startTicks === identity.startTicks && now.state !== 'Z' && now.state !== 'X';
}

async function bootIdNow(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

/** The name in the second field may hold blanks and brackets, so fields are counted from its last bracket. */
function parseStat(line: string): { pid: number; state: string; startTicks: string } | undefined {
  const end = line.lastIndexOf(')');
  if (end < 0) return undefined;
  const fields = line.slice(end + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  return state && startTicks ? { pid: Number.parseInt(line, 10), state, startTicks } : undefined;
}
