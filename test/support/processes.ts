import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again until there is something to see; after 10 s it fails, naming what was waited for. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const giveUpAt = performance.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > giveUpAt) throw new Error(`Waited 10 s in vain for ${what}.`);
    await pause(20);
  }
}

/** Whether a process exists and is no zombie. */
export async function processExists(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

/** Whether a process has set a trap for a signal. */
export async function catches(pid: number, signal: NodeJS.Signals): Promise<boolean> {
  const [, caught] = /^SigCgt:\s*(\w+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))!;
  return (BigInt(`0x${caught}`) >> BigInt(os.constants.signals[signal] - 1)) % 2n === 1n;
}
