/** How fast our own probes follow each other. Milliseconds. */
export interface ProbePace {
  firstPauseMs: number;
  mostPauseMs: number;
}

/** While a service comes up every tenth of a second counts. */
export const AWAITING_PACE: ProbePace = { firstPauseMs: 100, mostPauseMs: 1_000 };
/** While it is only watched, an own probe is a second opinion. */
export const WATCHING_PACE: ProbePace = { firstPauseMs: 1_000, mostPauseMs: 1_000 };

const GROWTH = 1.4;

/**
 * The pause between the end of one own probe and the start of the next; `done` counts those that have ended. The first
 * follows at once. A pause is twice the last probe's duration or more, so that probing takes a third of a processor at
 * most, but never longer than Docker's own interval: that much load the operator has agreed to.
 */
export function pauseBeforeProbe(done: number, lastDurationMs: number, intervalMs: number, pace: ProbePace): number {
  if (done === 0) return 0;
  const backedOffMs = Math.min(pace.firstPauseMs * GROWTH ** (done - 1), pace.mostPauseMs);
  return Math.min(Math.max(backedOffMs, 2 * lastDurationMs), intervalMs);
}
