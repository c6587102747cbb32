import { type Client, ScheduleAlreadyRunning, ScheduleNotFoundError, type ScheduleSummary } from '@temporalio/client';
import { scheduleId, scheduleInId, SEARCH_ATTRIBUTES } from '../names.js';
import { SCHEDULE_KINDS, type ScheduleKind } from '../spec/schedule.js';
import { type Scheduled, scheduleOptions, type ScheduleRef } from './schedule-options.js';

/** A schedule as Temporal has it. */
export interface ScheduleListed extends ScheduleRef {
  /** `5m`, `0 3 * * *`. */
  when: string;
  timezone?: string;
  paused: boolean;
  /** Who paused it, and why. */
  note?: string;
  nextAtMs?: number;
  lastAtMs?: number;
  /** Workflow id of the last run. */
  lastRun?: string;
}

/** Afterwards the schedule is as it is asked for, new or changed. One that somebody has paused stays paused. */
export async function setSchedule(client: Client, asked: Omit<Scheduled, 'indexed'>): Promise<void> {
  const options = scheduleOptions({ ...asked, indexed: await isIndexed(client) });
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { scheduleId: id, memo: _memo, ...changed } = options;
    await client.schedule.getHandle(id).update((before) => ({ ...changed, state: before.state }));
  }
}

/** Every schedule of ours in the namespace, or of one stack. */
export async function listSchedules(client: Client, stack?: string): Promise<ScheduleListed[]> {
  const found: ScheduleListed[] = [];
  for await (const summary of client.schedule.list()) {
    const ref = scheduleInId(summary.scheduleId, SCHEDULE_KINDS);
    if (ref && (stack === undefined || ref.stack === stack)) found.push(listed(ref, summary));
  }
  return found.sort((a, b) => order(a).localeCompare(order(b)));
}

/** The kinds of a stack's schedules that are there: by their ids, since the list may be behind by a moment. */
export async function kindsOf(client: Client, host: string, stack: string): Promise<ScheduleKind[]> {
  const there = await Promise.all(
    SCHEDULE_KINDS.map(async (kind) => {
      const handle = client.schedule.getHandle(scheduleId(kind, host, stack));
      return (await found(() => handle.describe())) === undefined ? [] : [kind];
    }),
  );
  return there.flat();
}

export async function pauseSchedule(client: Client, ref: ScheduleRef, note: string): Promise<void> {
  await handleOf(client, ref).pause(note);
}

export async function resumeSchedule(client: Client, ref: ScheduleRef, note: string): Promise<void> {
  await handleOf(client, ref).unpause(note);
}

/** Has it run now, unless it is at work; paused or not. */
export async function triggerSchedule(client: Client, ref: ScheduleRef): Promise<void> {
  await handleOf(client, ref).trigger('SKIP');
}

/** It is gone. Runs of it that are at work go on. */
export async function removeSchedule(client: Client, ref: ScheduleRef): Promise<void> {
  await found(() => handleOf(client, ref).delete());
}

function handleOf(client: Client, { kind, host, stack }: ScheduleRef) {
  return client.schedule.getHandle(scheduleId(kind, host, stack));
}

async function found<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** Starting a run with a search attribute that is not registered fails; asking by one does, too. */
async function isIndexed(client: Client): Promise<boolean> {
  try {
    await client.workflow.count(`${SEARCH_ATTRIBUTES.stack} = "-" AND ${SEARCH_ATTRIBUTES.host} = "-"`);
    return true;
  } catch {
    return false;
  }
}

function listed(ref: ScheduleRef, { spec, state, info }: ScheduleSummary): ScheduleListed {
  const every = spec?.intervals?.[0]?.every;
  const when = every === undefined ? (spec?.calendars?.[0]?.comment ?? '') : durationWords(every);
  const last = info.recentActions.at(-1);
  const timezone = every === undefined ? spec?.timezone : undefined;
  return {
    ...ref,
    ...{ when, paused: state.paused },
    ...(timezone ? { timezone } : {}),
    ...(state.note ? { note: state.note } : {}),
    ...(info.nextActionTimes[0] && !state.paused ? { nextAtMs: info.nextActionTimes[0].getTime() } : {}),
    ...(last ? { lastAtMs: last.takenAt.getTime(), lastRun: last.action.workflow.workflowId } : {}),
  };
}

const UNITS: [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** As it would be written: `5m`, `1h30m`. */
function durationWords(ms: number): string {
  let left = ms;
  return UNITS.map(([unit, length]) => {
    const count = Math.floor(left / length);
    left -= count * length;
    return count === 0 ? '' : `${count}${unit}`;
  }).join('');
}

function order({ stack, host, kind }: ScheduleRef): string {
  return `${stack} ${host} ${kind}`;
}
