import { type Client, ScheduleAlreadyRunning, type ScheduleHandle, type ScheduleSummary } from '@temporalio/client';
import { scheduleId, scheduleInId } from '../names.js';
import { SCHEDULE_KINDS, type ScheduleKind } from '../spec/schedule.js';
import { askedAnew, askSchedule, dropSchedule } from './ask-schedule.js';
import { bringHome } from './bring-home.js';
import { isIndexed } from './is-indexed.js';
import type { ScheduleHomes } from './schedule-homes.js';
import { type Scheduled, scheduleOptions, type ScheduleRef } from './schedule-options.js';

/** A schedule as Temporal has it. */
export interface ScheduleListed extends ScheduleRef {
  /** Where it is, and the runs that it starts. */
  namespace: string;
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

/** Afterwards the schedule is as it is asked for, new or changed, in its home. One that somebody has paused stays paused. */
export async function setSchedule(homes: ScheduleHomes, asked: Omit<Scheduled, 'indexed'>): Promise<void> {
  await bringHome(homes, asked);
  const client = homesOf(homes, asked.kind)[0]!;
  const options = scheduleOptions({ ...asked, indexed: await isIndexed(client) });
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { scheduleId: id, memo: _memo, ...changed } = options;
    await askedAnew(client, () =>
      client.schedule.getHandle(id).update((before) => ({ ...changed, state: before.state })),
    );
  }
}

/** Every schedule of ours, or of one stack. */
export async function listSchedules(homes: ScheduleHomes, stack?: string): Promise<ScheduleListed[]> {
  const found = new Map<string, ScheduleListed>();
  // What is in both, while it is being brought home, is told as it is there.
  for (const client of homesOf(homes, 'health').reverse()) {
    for await (const summary of client.schedule.list()) {
      const ref = scheduleInId(summary.scheduleId, SCHEDULE_KINDS);
      if (!ref || (stack !== undefined && ref.stack !== stack)) continue;
      found.set(summary.scheduleId, listed(ref, client.options.namespace, summary));
    }
  }
  return [...found.values()].sort((a, b) => order(a).localeCompare(order(b)));
}

/** The kinds of a stack's schedules that are there: by their ids, since the list may be behind by a moment. */
export async function kindsOf(homes: ScheduleHomes, host: string, stack: string): Promise<ScheduleKind[]> {
  const there = await Promise.all(
    SCHEDULE_KINDS.map(async (kind) => {
      const id = scheduleId(kind, host, stack);
      const seen = await Promise.all(homesOf(homes, kind).map((client) => askSchedule(client, id)));
      return seen.some((schedule) => schedule !== undefined) ? [kind] : [];
    }),
  );
  return there.flat();
}

export async function pauseSchedule(homes: ScheduleHomes, ref: ScheduleRef, note: string): Promise<void> {
  await atHome(homes, ref, (handle) => handle.pause(note));
}

export async function resumeSchedule(homes: ScheduleHomes, ref: ScheduleRef, note: string): Promise<void> {
  await atHome(homes, ref, (handle) => handle.unpause(note));
}

/** Has it run now, unless it is at work; paused or not. */
export async function triggerSchedule(homes: ScheduleHomes, ref: ScheduleRef): Promise<void> {
  await atHome(homes, ref, (handle) => handle.trigger('SKIP'));
}

/** It is gone. Runs of it that are at work go on. */
export async function removeSchedule(homes: ScheduleHomes, ref: ScheduleRef): Promise<void> {
  const id = scheduleId(ref.kind, ref.host, ref.stack);
  for (const client of homesOf(homes, ref.kind)) await dropSchedule(client, id);
}

/** The clients of the namespaces in which a schedule of this kind may be: where it belongs, then where it may have been left. */
function homesOf({ runs, checks }: ScheduleHomes, kind: ScheduleKind): Client[] {
  return kind === 'health' && checks ? [checks, runs] : [runs];
}

function handlesOf(homes: ScheduleHomes, { kind, host, stack }: ScheduleRef): ScheduleHandle[] {
  return homesOf(homes, kind).map((client) => client.schedule.getHandle(scheduleId(kind, host, stack)));
}

/** One that is in both namespaces is in its home alone first: a copy would go on as it was. */
async function atHome(
  homes: ScheduleHomes,
  ref: ScheduleRef,
  act: (handle: ScheduleHandle) => Promise<void>,
): Promise<void> {
  await bringHome(homes, ref);
  await act(handlesOf(homes, ref)[0]!);
}

function listed(ref: ScheduleRef, namespace: string, { spec, state, info }: ScheduleSummary): ScheduleListed {
  const every = spec?.intervals?.[0]?.every;
  const when = every === undefined ? (spec?.calendars?.[0]?.comment ?? '') : durationWords(every);
  const last = info.recentActions.at(-1);
  const timezone = every === undefined ? spec?.timezone : undefined;
  return {
    ...ref,
    ...{ namespace, when, paused: state.paused },
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
