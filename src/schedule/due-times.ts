import type { Client } from '@temporalio/client';
import { checksNamespace, scheduleId } from '../names.js';
import type { Due } from '../spec/due.js';
import { askSchedule } from './ask-schedule.js';

/** How late a look may come and still be the one that was due. */
const LATE_MS = 60_000;
/** How many of those known have to lie ahead, for nobody to be asked. */
const ENOUGH = 3;

/** For how long what is known counts where looks come in between: somebody triggers them, or the schedule has changed. */
const KNOWN_MS = 3_600_000;

/**
 * When looks come after one at `atMs`, by what the look before knew. Undefined where that may have changed, as the look did not come when the
 * first of them was due, or where few are left: Temporal has to be asked then.
 */
export function dueAfter(known: Due | undefined, atMs: number): Due | undefined {
  if (!known) return undefined;
  const { times, askedAtMs } = known;
  const [first, ...next] = times;
  if (first === undefined) return undefined;
  if (first > atMs) return times.length >= ENOUGH && atMs - askedAtMs < KNOWN_MS ? known : undefined;
  const isInTime = atMs - first < LATE_MS;
  return isInTime && next.length >= ENOUGH && next[0]! > atMs ? { times: next, askedAtMs } : undefined;
}

/** When the next scheduled looks at a stack come, after `atMs`. None where nothing is scheduled, it is paused, or Temporal does not say. */
export async function dueTimes(runs: Client, { host, stack }: { host: string; stack: string }, atMs: number) {
  const own = runs.options.namespace;
  const id = scheduleId('health', host, stack);
  for (const namespace of [checksNamespace(own), own]) {
    const found = await askSchedule(runs, id, namespace).catch(() => undefined);
    if (!found) continue;
    if (found.schedule?.state?.paused) return [];
    const times = (found.info?.futureActionTimes ?? []).map(
      ({ seconds, nanos }) => Number(seconds ?? 0) * 1000 + Math.round((nanos ?? 0) / 1e6),
    );
    return times.filter((time) => time > atMs);
  }
  return [];
}
