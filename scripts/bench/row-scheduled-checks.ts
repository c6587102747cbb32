import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { inLanes } from '../../src/docker/in-lanes.js';
import { CHECKS_RETENTION_HOURS, SEARCH_ATTRIBUTES } from '../../src/names.js';
import { type ScheduleHomes, scheduleHomes } from '../../src/schedule/schedule-homes.js';
import type { ScheduleRef } from '../../src/schedule/schedule-options.js';
import { setSchedule, triggerSchedule } from '../../src/schedule/schedules.js';
import { sizeText } from '../../src/spec/size-text.js';
import { hostIdentity } from '../../src/store/host-identity.js';
import { readServerRecord } from '../../src/worker/server/server-record.js';
import { FakeEngine } from './fake-engine.js';
import { manyStacks } from './many-stacks.js';
import { type How, type Measurement, median, type RowWithItsServer } from './measurement.js';
import { layoutIn, OwnServer } from './own-server.js';
import { type ProcessUsage, usageOf } from './process-usage.js';

const STACKS = 1000;
/** How many looks are under way at the most: about as many as fall into one second and a half where schedules spread them over a minute. */
const AT_ONCE = 30;
/** How long the host is watched while no check is made: with so many stacks it costs something by itself. */
const AT_REST_MS = 15_000;
/** Counting costs Temporal something, too. */
const LOOK_EVERY_MS = 500;
const GIVE_UP_MS = 600_000;
/** Of a day in which every stack is looked at each five minutes. */
const LOOKS_A_DAY = STACKS * 288;
const DAY_MS = 86_400_000;
const CHECKS = `WorkflowType = "healthCheck"`;

/**
 * A thousand stacks, each with a schedule of its own for its health check, on one worker; the engine is a fake one, so that it is the
 * checks that are measured. A round triggers every schedule once, some at a time, and lasts until the last check has ended. The first round is for the first
 * look at each stack, and is not counted.
 */
export const scheduledChecks: RowWithItsServer = {
  measure: async (how) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-bench-'));
    const engine = await FakeEngine.start(path.join(folder, 'docker.sock'));
    try {
      how.say(`${STACKS} stacks are written down …`);
      const stacks = await manyStacks(layoutIn(folder), { engine, folder, count: STACKS });
      const server = await OwnServer.start({ folder, env: { DOCKER_HOST: engine.address } });
      try {
        return await measured(how, server, stacks);
      } finally {
        await server.stop();
      }
    } finally {
      await engine.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** What one round came to; what the processes used is of all looks, by how many there were. */
interface Round {
  tookMs: number;
  /** By which Temporal's database has grown. */
  grownBytes: number;
  workerMs: number;
  temporalMs: number;
}

async function measured({ runs, say }: How, server: OwnServer, stacks: string[]): Promise<Measurement[]> {
  const { layout } = server;
  const { runs: client, checks } = await scheduleHomes(server.client);
  if (!checks) throw new Error('the server has no namespace of looks');
  const homes = { runs: client, checks };
  const { host } = await hostIdentity(layout);
  const refs = stacks.map((stack): ScheduleRef => ({ kind: 'health', host, stack }));
  say(`${STACKS} schedules are set …`);
  // So rarely that what they start by themselves does not count: a round triggers them.
  const time = { kind: 'every', everyMs: 7 * DAY_MS, text: '7d' } as const;
  await inLanes(16, refs, (ref) => setSchedule(homes, { ...ref, time, timezone: 'UTC' }));

  // Temporal is still at work on the schedules for a while after they have been set.
  await pause(AT_REST_MS);
  const atRest = await usageAtRest(server);
  say(
    `with no check: ${(atRest.worker * 100).toFixed(1)} % of a processor is the worker's, ${(atRest.temporal * 100).toFixed(1)} % Temporal's`,
  );
  const rounds: Round[] = [];
  for (let round = 0; round <= runs; round += 1) {
    const found = await roundOf(server, homes, refs);
    if (round > 0) rounds.push(found);
    const { tookMs, grownBytes, workerMs, temporalMs } = found;
    say(
      `round ${round} of ${runs}: ${STACKS} checks in ${(tookMs / 1000).toFixed(1)} s; a check: ${sizeText(grownBytes / STACKS)} of database, ` +
        `${(workerMs / STACKS).toFixed(1)} ms of the worker's processor time, ${(temporalMs / STACKS).toFixed(1)} ms of Temporal's; load ${os.loadavg()[0]!.toFixed(1)}`,
    );
  }
  await allHealthy(checks, (runs + 1) * STACKS);
  if (server.workerLives !== 1) throw new Error('the worker died meanwhile');
  const used = await usage(server);
  const grown = rounds.map(({ grownBytes }) => grownBytes / STACKS);
  const aDay = median(grown) * LOOKS_A_DAY;
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
    {
      what: `growth of Temporal's database a health check, over ${runs * STACKS} of them`,
      unit: 'bytes',
      ours: grown,
      peer: [],
      peerSays: `a day of ${LOOKS_A_DAY}: ${sizeText(aDay)}; kept for ${CHECKS_RETENTION_HOURS} h: ${sizeText((aDay * CHECKS_RETENTION_HOURS) / 24)}`,
    },
  ];
}

/** Which part of a processor each has while no check is made. */
async function usageAtRest(server: OwnServer): Promise<Record<'worker' | 'temporal', number>> {
  const [before, beganAt] = [await usage(server), performance.now()];
  await pause(AT_REST_MS);
  const [after, tookMs] = [await usage(server), performance.now() - beganAt];
  const part = (of: 'worker' | 'temporal'): number => (after[of].cpuMs - before[of].cpuMs) / tookMs;
  return { worker: part('worker'), temporal: part('temporal') };
}

async function roundOf(server: OwnServer, homes: Required<ScheduleHomes>, refs: ScheduleRef[]): Promise<Round> {
  const [endedBefore, usedBefore, sizeBefore] = await Promise.all([
    ended(homes.checks),
    usage(server),
    databaseBytes(server),
  ]);
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
    done = (await ended(homes.checks)) - endedBefore;
  }
  const tookMs = performance.now() - beganAt;
  const [used, size] = await Promise.all([usage(server), databaseBytes(server)]);
  return {
    tookMs,
    grownBytes: size - sizeBefore,
    workerMs: used.worker.cpuMs - usedBefore.worker.cpuMs,
    temporalMs: used.temporal.cpuMs - usedBefore.temporal.cpuMs,
  };
}

async function ended(client: Client): Promise<number> {
  return (await client.workflow.count(`${CHECKS} AND ExecutionStatus != "Running"`)).count;
}

/** A check that could not be made, or found something, would be another one than is measured. */
async function allHealthy(client: Client, wanted: number): Promise<void> {
  const { count } = await client.workflow.count(`${CHECKS} AND ${SEARCH_ATTRIBUTES.outcome} = "healthy"`);
  if (count < wanted) throw new Error(`of ${await ended(client)} checks only ${count} found their stack healthy`);
}

async function usage({ layout }: OwnServer): Promise<Record<'worker' | 'temporal', ProcessUsage>> {
  const { worker, temporal } = (await readServerRecord(layout)) ?? {};
  if (!worker || !temporal) throw new Error('the server has lost its worker, or its Temporal');
  return { worker: await usageOf(worker.pid), temporal: await usageOf(temporal.pid) };
}

/** What has not come from its journal into the file yet is part of it. */
async function databaseBytes({ database }: OwnServer): Promise<number> {
  const sizes = await Promise.all([database, `${database}-wal`].map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
