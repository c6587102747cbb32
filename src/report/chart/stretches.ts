/** A part of a run in which something was going on, in milliseconds since the epoch. */
export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** A pause that is shorter than this is no reason to break a chart. */
const SHORT_MS = 60_000;
/** Nor is one that is short beside all the work. */
const SHORT_SHARE = 0.25;

/**
 * The stretches of time that charts show, in order. A run that waits for people, perhaps for days, is idle between two of them: on
 * one axis nothing of its work could be seen.
 */
export function stretchesOf(busy: Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const { fromMs, toMs } of busy.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else merged.push({ fromMs, toMs });
  }
  const workMs = merged.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const shortMs = Math.max(SHORT_MS, workMs * SHORT_SHARE);
  const stretches: Stretch[] = [];
  for (const next of merged) {
    const last = stretches.at(-1);
    if (last && next.fromMs - last.toMs <= shortMs) last.toMs = next.toMs;
    else stretches.push({ ...next });
  }
  return stretches;
}

/** What of something that lasts falls into a stretch; undefined where nothing does. */
export function within<T extends Stretch>(stretch: Stretch, one: T): T | undefined {
  const fromMs = Math.max(one.fromMs, stretch.fromMs);
  const toMs = Math.min(one.toMs, stretch.toMs);
  return fromMs <= toMs ? { ...one, fromMs, toMs } : undefined;
}
