import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that is kept running. */
export interface Supervised {
  /** Undefined for the moment between an end and the next start. */
  pid(): number | undefined;
  /** TERM, and KILL after the grace. Afterwards it does not run and will not be started again. */
  stop(graceMs: number): Promise<void>;
}

export interface Supervision {
  start: () => ChildProcess;
  /** It ended although nobody asked it to; it is started again after `delayMs`. */
  onDeath: (how: string, delayMs: number) => void;
}

/** One that lived this long was well, and the next death counts as the first. */
const WELL_AFTER_MS = 10_000;

/** How long to wait before the n-th start in a row that did not last, counted from 1. Never more than a second. */
export function restartDelayMs(quickDeaths: number): number {
  return Math.min(1000, 200 * 2 ** (quickDeaths - 1));
}

/** Starts a program, and starts it again whenever it ends, until it is stopped. */
export function supervise({ start, onDeath }: Supervision): Supervised {
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  let ended: Promise<string> = Promise.resolve('');

  const begin = (): void => {
    child = start();
    ended = endOf(child);
  };

  const keepUp = async (): Promise<void> => {
    let quickDeaths = 0;
    for (;;) {
      const startedAt = performance.now();
      const how = await ended;
      child = undefined;
      if (stopping.signal.aborted) return;
      quickDeaths = performance.now() - startedAt > WELL_AFTER_MS ? 1 : quickDeaths + 1;
      const delayMs = restartDelayMs(quickDeaths);
      onDeath(how, delayMs);
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      begin();
    }
  };

  begin();
  const kept = keepUp();
  return {
    pid: () => child?.pid,
    stop: async (graceMs) => {
      stopping.abort();
      child?.kill('SIGTERM');
      const timer = setTimeout(() => child?.kill('SIGKILL'), graceMs);
      await kept;
      clearTimeout(timer);
    },
  };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((ended) => {
    child.once('error', (error) => ended(error.message));
    child.once('exit', (code, signal) => ended(signal === null ? `exit code ${code}` : signal));
  });
}
