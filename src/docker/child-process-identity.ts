import { readdir, readFile } from 'node:fs/promises';

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
  return now?.startTicks === identity.startTicks && !isOver(now.state);
}

/** Whether its pid belongs to another process now, or to another boot: then nothing of its group can be left either. */
export async function isOfAnother(identity: ProcessIdentity): Promise<boolean> {
  if ((await bootIdNow()) !== identity.bootId) return true;
  const now = parseStat(await readFile(`/proc/${identity.pid}/stat`, 'utf8').catch(() => ''));
  return now !== undefined && now.startTicks !== identity.startTicks;
}

/** When a process started, out of its line of `/proc/<pid>/stat`, in clock ticks since the boot. */
export function startTicksOf(statLine: string): number | undefined {
  const ticks = parseStat(statLine)?.startTicks;
  return ticks === undefined ? undefined : Number(ticks);
}

/**
 * Whether anything of the process group is still at work. Its leader's pid is given to no other process while it is; a
 * zombie is not at work, and may stay for good where nobody reaps it. What has started after `endTicks` is of another
 * group, whose leader was given the same pid later and is gone too.
 */
export async function hasMembers(group: number, endTicks = Infinity): Promise<boolean> {
  // Mostly all of it is gone; then the kernel says so, and nobody has to be read.
  if (!isKnown(group)) return false;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const processes = await Promise.all(
    pids.map(async (pid) => parseStat(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))),
  );
  return processes.some(
    (process) => process?.group === group && !isOver(process.state) && Number(process.startTicks) <= endTicks,
  );
}

/** Whether any process is of the group, zombies included. */
function isKnown(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function bootIdNow(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

/** The name in the second field may hold blanks and brackets, so fields are counted from its last bracket. */
function parseStat(line: string): { pid: number; state: string; group: number; startTicks: string } | undefined {
  const end = line.lastIndexOf(')');
  if (end < 0) return undefined;
  const fields = line.slice(end + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  return state && startTicks
    ? { pid: Number.parseInt(line, 10), state, group: Number(fields[2]), startTicks }
    : undefined;
}

/** A zombie, or on the way to be none. */
function isOver(state: string): boolean {
  return state === 'Z' || state === 'X';
}
