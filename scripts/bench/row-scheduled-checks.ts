import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { triggerSchedule } from '../../src/schedule/schedules.js';
import { sizeText } from '../../src/spec/size-text.js';
import { type HostOfLooks, onHostOfLooks } from './host-of-looks.js';
import { allHealthy, looksEnded } from './looks-made.js';
import { type How, type Measurement, median, type RowWithItsServer } from './measurement.js';
import { serverUsage, type Spent, spentOn } from './server-usage.js';

const STACKS = 1000;
/** How many looks are under way at the most: about as many as fall into one second and a half where schedules spread them over a minute. */
const AT_ONCE = 30;
/** How long the host is watched while no check is made: with so many stacks it costs something by itself. */
const AT_REST_MS = 15_000;
/** Counting costs Temporal something, too. */
const LOOK_EVERY_MS = 500;
const GIVE_UP_MS = 600_000;
/** So rarely that what the schedules start by themselves does not count: a round triggers them. */
const TIME = { kind: 'every', everyMs: 7 * 86_400_000, text: '7d' } as const;

/**
 * A thousand stacks, each with a schedule of its own for its health check, on one worker. A round triggers every schedule once, some at
 * a time, and lasts until the last check has ended. The first round is for the first look at each stack, and is not counted.
 */
export const scheduledChecks: RowWithItsServer = {
  measure: (how) => onHostOfLooks({ stacks: STACKS, time: TIME, say: how.say }, (host) => measured(how, host)),
};

async function measured({ runs, say }: How, host: HostOfLooks): Promise<Measurement[]> {
  const { server, homes } = host;
  const atRest = await spentOn(server, () => pause(AT_REST_MS));
  const part = (ms: number): string => `${((ms / atRest.tookMs) * 100).toFixed(1)} %`;
  say(`with no check: ${part(atRest.workerMs)} of a processor is the worker's, ${part(atRest.temporalMs)} Temporal's`);
  const rounds: Spent[] = [];
  for (let round = 0; round <= runs; round += 1) {
    const spent = await spentOn(server, () => roundOf(host));
    if (round > 0) rounds.push(spent);
    const { tookMs, workerMs, temporalMs } = spent;
    say(
      `round ${round} of ${runs}: ${STACKS} checks in ${(tookMs / 1000).toFixed(1)} s; a check: ${(workerMs / STACKS).toFixed(1)} ms of ` +
        `the worker's processor time, ${(temporalMs / STACKS).toFixed(1)} ms of Temporal's; load ${os.loadavg()[0]!.toFixed(1)}`,
    );
  }
  await allHealthy(homes.checks);
  const used = await serverUsage(server);
  return [
    {
      what: `scheduled health checks of ${STACKS} stacks, one worker, fake engine`,
      ours: rounds.map(({ tookMs }) => tookMs),
      peer: [],
      peerSays: `${Math.round((STACKS * 60_000) / median(rounds.map(({ tookMs }) => tookMs)))} a minute`,
      goal: { atMostMs: 60_000 },
    },
    {
      what: "the worker's memory at its most meanwhile",
      unit: 'bytes',
      ours: [used.worker.peakBytes],
      peer: [],
      peerSays: `Temporal besides: ${sizeText(used.temporal.peakBytes)}`,
      goal: { atMostBytes: 500 * 1024 ** 2 },
    },
    {
      what: "processor time of the worker's a health check",
      ours: rounds.map(({ workerMs }) => workerMs / STACKS),
      peer: [],
      peerSays: `Temporal besides: ${median(rounds.map(({ temporalMs }) => temporalMs / STACKS)).toFixed(1)} ms`,
    },
  ];
}

async function roundOf({ homes, refs }: HostOfLooks): Promise<void> {
  const endedBefore = await looksEnded(homes.checks);
  const beganAt = performance.now();
  let triggered = 0;
  let done = 0;
  while (done < refs.length) {
    if (performance.now() - beganAt > GIVE_UP_MS)
      throw new Error(`only ${done} checks in ${GIVE_UP_MS / 60_000} minutes`);
    const next = refs.slice(triggered, done + AT_ONCE);
    triggered += next.length;
    await Promise.all(next.map((ref) => triggerSchedule(homes, ref)));
    await pause(LOOK_EVERY_MS);
    done = (await looksEnded(homes.checks)) - endedBefore;
  }
}
