import { randomUUID } from 'node:crypto';
import { scheduleId, scheduleInId } from '../names.js';
import { askSchedule, dropSchedule, isThere, unless } from './ask-schedule.js';
import { isIndexed } from './is-indexed.js';
import type { ScheduleHomes } from './schedule-homes.js';
import type { ScheduleRef } from './schedule-options.js';

/**
 * Afterwards the schedule of a look is in the namespace of looks alone, as it was among the runs, paused or not, if it was there: it
 * was set when there was no such namespace. Whoever finds it in both, after one that died here, takes the one that is home.
 */
export async function bringHome({ runs, checks }: ScheduleHomes, { kind, host, stack }: ScheduleRef): Promise<void> {
  if (kind !== 'health' || !checks) return;
  const id = scheduleId(kind, host, stack);
  const there = await askSchedule(runs, id);
  if (!there?.schedule) return;
  const { schedule, memo } = there;
  const started = schedule.action?.startWorkflow;
  if (started?.searchAttributes && !(await isIndexed(checks))) started.searchAttributes = null;
  const to = { namespace: checks.options.namespace, scheduleId: id, schedule, ...(memo ? { memo } : {}) };
  await unless(isThere, checks, () => checks.workflowService.createSchedule({ ...to, requestId: randomUUID() }));
  await dropSchedule(runs, id);
}

/** The same for every look of a host. Where one cannot be brought, the others are all the same; then it throws what kept the first one. */
export async function bringAllHome(homes: ScheduleHomes, host: string): Promise<void> {
  const failures: unknown[] = [];
  for await (const { scheduleId: id } of homes.runs.schedule.list()) {
    const ref = scheduleInId(id, ['health']);
    if (ref?.host === host) await bringHome(homes, ref).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
