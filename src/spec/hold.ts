/** The last word of a person on whether anything may act on a stack by itself. Times are milliseconds since the epoch. */
export interface Hold {
  /** Who said so. */
  by: string;
  reason?: string;
  atMs: number;
  /** Until then nothing acts on the stack by itself; `atMs` where the word was that it may again. */
  untilMs: number;
}

/** What a hold came to. It is the result of the workflow `hold`. */
export interface HoldReport {
  stack: string;
  host: string;
  /** The hold that stands; absent where the stack is not held. */
  hold?: Hold;
  /** The hold that stood before, and was extended, cut short or lifted. */
  before?: Hold;
  /** Nothing was changed: this is what would be. */
  dryRun?: true;
}

/** Whether a hold stands. */
export function stands(hold: Hold, nowMs: number): boolean {
  return hold.untilMs > nowMs;
}

/** For people: `held by ann until 2026-01-31T12:00:00Z: the database moves`. */
export function holdText({ by, reason, untilMs }: Hold): string {
  const until = new Date(untilMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return `held by ${by} until ${until}${reason === undefined ? '' : `: ${reason}`}`;
}

/** For people, in a line: what has become of a stack by a word of theirs. */
export function holdReportText({ stack, host, hold, before, dryRun }: HoldReport): string {
  const is = dryRun ? 'would be' : 'is';
  if (hold) return `${stack} on ${host} ${is} ${holdText(hold)}${before ? `; until now ${holdText(before)}` : ''}`;
  return before
    ? `${stack} on ${host} ${is} held no more; until now ${holdText(before)}`
    : `${stack} on ${host} is not held`;
}
