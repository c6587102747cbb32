import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { CHECKS_RETENTION_HOURS, scheduleId } from '../../src/names.js';
import { askedAnew } from '../../src/schedule/ask-schedule.js';
import type { ScheduleRef } from '../../src/schedule/schedule-options.js';
import { pauseSchedule } from '../../src/schedule/schedules.js';
import { sizeText } from '../../src/spec/size-text.js';
import { type HostOfLooks, onHostOfLooks } from './host-of-looks.js';
import { allHealthy, looksEnded, untilNoneRuns } from './looks-made.js';
import type { How, Measurement, RowWithItsServer } from './measurement.js';
import type { OwnServer } from './own-server.js';
import { spentOn } from './server-usage.js';

const STACKS = 20;
/** As `evenkeel schedule set health 5m` reads it. */
const TIME = { kind: 'every', everyMs: 5 * 60_000, text: '5m' } as const;
const DAY_MS = 86_400_000;
const LOOKS_A_STACK = DAY_MS / TIME.everyMs;
const LOOKS = STACKS * LOOKS_A_STACK;
/** What the numbers are told for besides. */
const MANY = 1000;
/** Counting costs Temporal something, too. */
const LOOK_EVERY_MS = 2000;
const SAY_EVERY_MS = 30_000;
const GIVE_UP_MS = 30 * 60_000;

/**
 * A day of looks each five minutes, made as fast as they go: each schedule makes up for its last 24 hours, one look after the other, as
 * Temporal's own backfill has it. So the looks are those of a day; of each schedule Temporal writes down the end of a look where it
 * otherwise has a timer. The day is made once, whatever is asked for.
 */
export const dayOfChecks: RowWithItsServer = {
  measure: (how) => onHostOfLooks({ stacks: STACKS, time: TIME, say: how.say }, (host) => measured(how, host)),
};

async function measured({ say }: How, host: HostOfLooks): Promise<Measurement[]> {
  const { server, homes, refs } = host;
  // From now on they start nothing by themselves that would come on top of the day.
  await Promise.all(refs.map((ref) => pauseSchedule(homes, ref, 'the day is over')));
  await untilNoneRuns(homes.checks);
  const [endedBefore, sizeBefore] = await Promise.all([looksEnded(homes.checks), databaseBytes(server)]);
  const spent = await spentOn(server, async () => {
    await Promise.all(refs.map((ref) => makeUpForADay(host, ref)));
    await untilEnded(host, endedBefore + LOOKS, say);
  });
  const grown = ((await databaseBytes(server)) - sizeBefore) / STACKS;
  const made = (await looksEnded(homes.checks)) - endedBefore;
  if (made !== LOOKS) throw new Error(`${made} looks were made where a day has ${LOOKS}`);
  await allHealthy(homes.checks);
  say(
    `${LOOKS} looks in ${(spent.tookMs / 1000).toFixed(0)} s; a look: ${sizeText(grown / LOOKS_A_STACK)} of database`,
  );
  const keptDays = CHECKS_RETENTION_HOURS / 24;
  return [
    {
      what: `growth of Temporal's database a stack, over a day of ${LOOKS_A_STACK} looks at each of ${STACKS}`,
      unit: 'bytes',
      ours: [grown],
      peer: [],
      peerSays: `${MANY} stacks: ${sizeText(grown * MANY)} a day; kept for ${CHECKS_RETENTION_HOURS} h: ${sizeText(grown * MANY * keptDays)}`,
    },
    {
      what: "processor time of the worker's a look of that day",
      ours: [spent.workerMs / LOOKS],
      peer: [],
      peerSays: `Temporal besides: ${(spent.temporalMs / LOOKS).toFixed(1)} ms`,
    },
  ];
}

/** Ends half an interval before the next look, and so begins halfway between two of them: no look is on the edge. */
async function makeUpForADay({ homes }: HostOfLooks, { kind, host, stack }: ScheduleRef): Promise<void> {
  const handle = homes.checks.schedule.getHandle(scheduleId(kind, host, stack));
  const { info } = await askedAnew(homes.checks, () => handle.describe());
  const [next] = info.nextActionTimes;
  if (!next) throw new Error(`the schedule of ${stack} has no next look`);
  const end = new Date(next.getTime() - TIME.everyMs / 2);
  await handle.backfill({ start: new Date(end.getTime() - DAY_MS), end, overlap: 'BUFFER_ALL' });
}

async function untilEnded({ homes }: HostOfLooks, wanted: number, say: How['say']): Promise<void> {
  const beganAt = performance.now();
  let saidAt = beganAt;
  for (let ended = 0; ended < wanted; ended = await looksEnded(homes.checks)) {
    const now = performance.now();
    if (now - beganAt > GIVE_UP_MS)
      throw new Error(`only ${ended} of ${wanted} looks in ${GIVE_UP_MS / 60_000} minutes`);
    if (now - saidAt > SAY_EVERY_MS) {
      say(`${ended} of ${wanted} looks`);
      saidAt = now;
    }
    await pause(LOOK_EVERY_MS);
  }
}

/** What has not come from its journal into the file yet is part of it. */
async function databaseBytes({ database }: OwnServer): Promise<number> {
  const sizes = await Promise.all([database, `${database}-wal`].map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
