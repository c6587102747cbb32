import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  withinMs: number;
  everyMs?: number;
  signal?: AbortSignal;
}

/**
 * Asks until there is an answer, and returns it. Throws when there is none in time, saying what was waited for, and the
 * signal's reason when it aborts.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  { withinMs, everyMs = 50, signal }: Patience,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${withinMs / 1000} s in vain for ${what}`);
    await sleep(everyMs);
  }
}
