import { type ScheduleHomes, scheduleHomes } from '../../schedule/schedule-homes.js';
import {
  kindsOf,
  listSchedules,
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
  type ScheduleListed,
  setSchedule,
  triggerSchedule,
} from '../../schedule/schedules.js';
import { EXIT } from '../../spec/outcome.js';
import { readScheduleTime, SCHEDULE_KINDS, type ScheduleKind, timezoneError } from '../../spec/schedule.js';
import { layoutFrom } from '../../store/layout.js';
import { chooseStack } from '../choose-stack.js';
import { stackToDeploy } from '../deploy-request.js';
import { UsageError } from '../errors.js';
import { hostOfStack } from '../host-of-stack.js';
import { performerFrom } from '../performer.js';
import { tableText } from '../render/table.js';
import type { Cli } from '../terminal.js';
import { withTemporal } from '../with-temporal.js';

export interface SetFlags {
  timezone?: string;
}

/** Has a health check, a backup or a drill of the stack here made again and again. */
export async function setTime(cli: Cli, kindText: string, when: string, flags: SetFlags): Promise<number> {
  const kind = kindIn(kindText);
  const read = readScheduleTime(when);
  if ('error' in read) throw new UsageError(read.error, 'evenkeel schedule set health 5m');
  const { timezone = 'UTC' } = flags;
  const wrong = timezoneError(timezone);
  if (wrong !== undefined) throw new UsageError(wrong);
  if (flags.timezone !== undefined && read.time.kind === 'every') {
    throw new UsageError(`--timezone says nothing of every ${read.time.text}`, 'a zone goes with a time of the clock');
  }
  return withTemporal(cli, async (reach) => {
    const stack = await stackToDeploy(cli, reach);
    const host = await hostOfStack(cli, reach, stack);
    await setSchedule(await scheduleHomes(reach.client), { kind, host, stack, timezone, time: read.time });
    const document = { kind, host, stack, when: read.time.text, ...(read.time.kind === 'cron' ? { timezone } : {}) };
    if (cli.flags.json) cli.printJson(document);
    else cli.say(`${kind} of ${stack} on ${host}: ${whenText(document)}`);
    return EXIT.ok;
  });
}

/** Lists the schedules of the stack here, or all that Temporal has. */
export async function listTimes(cli: Cli): Promise<number> {
  const chosen = await chooseStack(cli, layoutFrom(cli.env));
  const schedules = await withTemporal(cli, async ({ client }) =>
    listSchedules(await scheduleHomes(client), chosen?.name),
  );
  if (cli.flags.json) cli.printJson(schedules);
  else if (schedules.length === 0) cli.say('nothing is scheduled: evenkeel schedule set health 5m');
  else cli.print(tableText(['STACK', 'HOST', 'KIND', 'WHEN', 'STATE', 'NEXT', 'LAST', 'NOTE'], schedules.map(cells)));
  return EXIT.ok;
}

export interface WordFlags {
  reason?: string;
}

/** Pauses schedules of the stack here: that of a kind, or all. */
export async function pauseTimes(cli: Cli, kind: string | undefined, { reason }: WordFlags): Promise<number> {
  const note = noted(cli, 'paused', reason);
  return each(cli, kind, 'paused', (homes, ref) => pauseSchedule(homes, ref, note));
}

/** Lets paused schedules go on. */
export async function resumeTimes(cli: Cli, kind: string | undefined, { reason }: WordFlags): Promise<number> {
  const note = noted(cli, 'resumed', reason);
  return each(cli, kind, 'resumed', (homes, ref) => resumeSchedule(homes, ref, note));
}

/** Has a schedule run now. */
export async function triggerTime(cli: Cli, kind: string): Promise<number> {
  return each(cli, kind, 'begins now, unless it is at work:', triggerSchedule);
}

/** Removes schedules; one that the file asks for comes back with the next deployment. */
export async function removeTimes(cli: Cli, kind: string | undefined): Promise<number> {
  return each(cli, kind, 'removed', removeSchedule);
}

async function each(
  cli: Cli,
  kindText: string | undefined,
  done: string,
  act: (homes: ScheduleHomes, ref: { kind: ScheduleKind; host: string; stack: string }) => Promise<void>,
): Promise<number> {
  const asked = kindText === undefined ? undefined : kindIn(kindText);
  return withTemporal(cli, async (reach) => {
    const stack = await stackToDeploy(cli, reach);
    const host = await hostOfStack(cli, reach, stack);
    const homes = await scheduleHomes(reach.client);
    const there = await kindsOf(homes, host, stack);
    const kinds = there.filter((kind) => asked === undefined || kind === asked);
    if (kinds.length === 0) {
      const known = there.length > 0 ? `; there is ${there.join(', ')}` : '';
      throw new UsageError(
        `no ${asked ?? 'schedule'} of ${stack} is scheduled on ${host}${known}`,
        `set it: evenkeel schedule set ${asked ?? 'health'} 5m`,
      );
    }
    for (const kind of kinds) await act(homes, { kind, host, stack });
    if (cli.flags.json) cli.printJson(kinds.map((kind) => ({ kind, host, stack })));
    else cli.say(`${done} ${kinds.join(', ')} of ${stack} on ${host}`);
    return EXIT.ok;
  });
}

function kindIn(text: string): ScheduleKind {
  const kind = SCHEDULE_KINDS.find((known) => known === text);
  if (kind) return kind;
  throw new UsageError(`"${text}" cannot be scheduled`, `say ${SCHEDULE_KINDS.join(' or ')}`);
}

function noted({ env }: Cli, what: string, reason: string | undefined): string {
  return `${what} by ${performerFrom(env)}${reason === undefined ? '' : `: ${reason}`}`;
}

function cells({ stack, host, kind, paused, nextAtMs, lastAtMs, note, ...time }: ScheduleListed): string[] {
  const times = [nextAtMs, lastAtMs].map((atMs) => (atMs === undefined ? '' : new Date(atMs).toISOString()));
  return [stack, host, kind, whenText(time), paused ? 'paused' : 'on', ...times, note ?? ''];
}

function whenText({ when, timezone }: Pick<ScheduleListed, 'when' | 'timezone'>): string {
  return timezone === undefined ? `every ${when}` : `${when} ${timezone}`;
}
