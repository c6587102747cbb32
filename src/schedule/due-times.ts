import type { Client } from '@temporalio/client';
import { checksNamespace, scheduleId } from '../names.js';

/** How late a look may come and still be the one that was due. */
const LATE_MS = 60_000;
/** How many of those known have to lie ahead, for nobody to be asked. */
const ENOUGH = 3;

/**
 * When looks come, of those times that the look before knew of. Undefined where they may have changed, as the look did not come when the first of
 * them was due, or where few are left: Temporal has to be asked then.
 */
export function dueAfter(known: number[] | undefined, atMs: number): number[] | undefined {
  const [first, ...next] = known ?? [];
  const isInTime = first !== undefined && first <= atMs && atMs - first < LATE_MS;
  return isInTime && next.length >= ENOUGH && next[0]! > atMs ? next : undefined;
}

/** When the next scheduled looks at a stack come, after `atMs`. None where nothing is scheduled, it is paused, or Temporal does not say. */
export async function dueTimes(runs: Client, { host, stack }: { host: string; stack: string }, atMs: number) {
  const own = runs.options.namespace;
  for (const namespace of [checksNamespace(own), own]) {
    const asked = { namespace, scheduleId: scheduleId('health', host, stack) };
    const found = await runs.workflowService.describeSchedule(asked).catch(() => undefined);
    if (!found) continue;
    if (found.schedule?.state?.paused) return [];
    const times = (found.info?.futureActionTimes ?? []).map(
      ({ seconds, nanos }) => Number(seconds ?? 0) * 1000 + Math.round((nanos ?? 0) / 1e6),
    );
    return times.filter((time) => time > atMs);
  }
  return [];
}
