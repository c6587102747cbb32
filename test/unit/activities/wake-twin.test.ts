import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { awaitHealth } from '../../../activities/await-health.js';
import { wakeTwin } from '../../../activities/wake-twin.js';
import type { World } from '../../../activities/world.js';
import { EngineAway, EngineRefused } from '../../../src/docker/engine.js';
import type { GateCursor } from '../../../src/gates/judge-service.js';
import type { Verdict } from '../../../src/gates/verdict.js';
import type { StackSpec } from '../../../src/spec/stack-spec.js';
import { takeEpoch } from '../../../src/store/epoch.js';
import { writeFrozen } from '../../../src/store/frozen.js';
import { stackFolder } from '../../../src/store/layout.js';
import { GATE } from '../gates/gate-play.js';

const TWIN = 'shop-twin';
const SECOND = 1_000;

interface Container {
  service: string;
  state: 'running' | 'exited' | 'created';
  exitCode: number;
  startedAtMs: number;
  finishedAtMs: number;
  leftoverOf?: string;
}

/** When a test began; times of containers count from here. */
let now: number;
/** Containers by their ids. */
let there: Record<string, Container>;
let started: string[];
/** How often Docker does not answer before it does. */
let looksInVain: number;
let whileStarting: () => void;
let world: World;
let folder: string;

const ended = (service: string, more: Partial<Container> = {}): Container => ({
  ...{ service, state: 'exited', exitCode: 137, startedAtMs: -600 * SECOND, finishedAtMs: -10 * SECOND },
  ...more,
});

const serviceOf = (name: string, needs: StackSpec['services'][string]['dependsOn'] = []) => ({
  ...{ name, restart: 'no', ports: [], dependsOn: needs },
});
/** `migrate` is meant to end, since `api` waits for that. */
const specOf = (project: string) =>
  ({
    project,
    services: {
      migrate: serviceOf('migrate'),
      api: serviceOf('api', [{ service: 'migrate', condition: 'completed', required: true } as never]),
      db: serviceOf('db'),
    },
  }) as unknown as StackSpec;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-wake-'));
  now = Date.now();
  [there, started, looksInVain, whileStarting] = [{}, [], 0, () => undefined];
  const listed = () => Object.entries(there).map(([id, container]) => ({ id, ...container }));
  const describe = async () => ({ status: { name: 'RUNNING' }, runId: 'run', raw: {} });
  world = {
    layout: { home: path.join(folder, 'state'), lockDir: path.join(folder, 'locks') },
    engine: {
      id: async () => 'engine',
      containers: async (_: string, service?: string) => {
        if (looksInVain-- > 0) throw new EngineAway('by a test');
        return listed().filter((one) => !service || one.service === service);
      },
      inspect: async (id: string) => inspectOf(id),
      start: async (id: string) => {
        whileStarting();
        if (id === 'broken') throw new EngineRefused(400, 'no such program');
        started.push(id);
        Object.assign(there[id]!, { state: 'running', exitCode: 0, startedAtMs: Date.now() - now });
      },
      lastLines: async () => [],
    },
    temporal: { workflow: { getHandle: () => ({ describe }) } },
  } as unknown as World;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

function inspectOf(id: string) {
  const { state, exitCode, startedAtMs, finishedAtMs } = there[id]!;
  return {
    ...{ Id: id, Name: `/${id}`, Created: new Date(now).toISOString(), RestartCount: 0 },
    State: {
      Status: state,
      ExitCode: exitCode,
      FinishedAt: new Date(now + finishedAtMs).toISOString(),
      StartedAt: new Date(now + startedAtMs).toISOString(),
    },
    ...{ Config: { Labels: {} }, HostConfig: { RestartPolicy: { Name: 'no' } } },
  };
}

describe('waking a twin', () => {
  it.each<[string, Record<string, Container>, string[]]>([
    ['starts what has ended with Docker', { a: ended('api'), d: ended('db', { exitCode: 0 }) }, ['a', 'd']],
    ['leaves what had ended before', { a: ended('api', { finishedAtMs: -60 * SECOND }) }, []],
    [
      'leaves what runs, and what was never started',
      { a: ended('api', { state: 'running' }), d: ended('db', { state: 'created' }) },
      [],
    ],
    ['leaves what is left over of another one', { a: ended('api', { leftoverOf: 'b' }) }, []],
    ['leaves what is meant to end, and did so well', { m: ended('migrate', { exitCode: 0 }) }, []],
    ['starts what is meant to end, and was ended', { m: ended('migrate') }, ['m']],
    ['starts others where Docker refuses one', { broken: ended('api'), d: ended('db') }, ['d']],
  ])('%s', async (_, containers, expected) => {
    there = containers;
    await wakeTwin(world, specOf(TWIN), { sinceMs: now });
    expect(started).toEqual(expected);
  });

  it('starts only what it is asked for', async () => {
    there = { a: ended('api'), d: ended('db') };
    await wakeTwin(world, specOf(TWIN), { sinceMs: now, services: ['db'] });
    expect(started).toEqual(['d']);
  });
});

/** What a gate says of `api`, in this attempt of its step, which was asked for so long ago. */
async function judged({
  project = TWIN,
  attempt = 1,
  askedMs = 0,
  recalled,
}: {
  project?: string;
  attempt?: number;
  askedMs?: number;
  recalled?: GateCursor;
}) {
  const run = { workflowId: 'deploy', runId: 'run' };
  const { epoch } = await takeEpoch(world.layout, 'shop', run, new Date());
  await writeFrozen(path.join(stackFolder(world.layout, 'shop'), 'frozen'), {
    ...{ yaml: '', spec: specOf(project), directory: folder, secrets: {}, secretValues: [] },
  });
  const environment = new MockActivityEnvironment(
    {
      ...{ workflowExecution: run, attempt, scheduledTimestampMs: Date.now() - askedMs },
      ...(recalled ? { heartbeatDetails: recalled } : {}),
    },
    { logger: new DefaultLogger('ERROR') },
  );
  const args = {
    stack: 'shop',
    epoch,
    frozen: { folder: 'frozen' },
    service: 'api',
    gate: { ...GATE, timeoutMs: 20 * SECOND },
  };
  return (await environment.run(awaitHealth(world), args)) as Verdict;
}

describe('a gate on a twin', () => {
  beforeEach(() => {
    there = { a: ended('api'), d: ended('db') };
  });

  it('holds against a service that it has ended, where Docker was there all the time', async () => {
    expect(await judged({})).toMatchObject({ verdict: 'fail', reason: 'exited with 137' });
    expect(started).toEqual([]);
  });

  it('wakes it once Docker answers again', async () => {
    looksInVain = 1;
    expect(await judged({})).toMatchObject({ verdict: 'pass' });
    expect(started).toEqual(['a', 'd']);
  });

  it('wakes it in another attempt: the host may have started anew, and taken the worker with it', async () => {
    expect(await judged({ attempt: 2 })).toMatchObject({ verdict: 'pass' });
    expect(started).toEqual(['a', 'd']);
  });

  it('does so however long the host was away', async () => {
    for (const one of Object.values(there)) one.finishedAtMs = -300 * SECOND;
    expect(await judged({ attempt: 2, askedMs: 301 * SECOND })).toMatchObject({ verdict: 'pass' });
  });

  it('also by what an earlier attempt remembers', async () => {
    for (const one of Object.values(there)) one.finishedAtMs = -300 * SECOND;
    const startedAtMs = now - 301 * SECOND;
    const recalled = { startedAtMs, lookedAtMs: startedAtMs + SECOND, tracks: {} };
    expect(await judged({ attempt: 2, recalled })).toMatchObject({ verdict: 'pass' });
  });

  it('starts nothing of a stack that serves', async () => {
    expect(await judged({ project: 'shop', attempt: 2 })).toMatchObject({ verdict: 'fail' });
    expect(started).toEqual([]);
  });

  it('excuses the time that the waking takes, once', async () => {
    let laterMs = 0;
    const clock = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => clock() + laterMs);
    whileStarting = () => (laterMs += 20 * SECOND);
    const { inspect } = world.engine;
    // The look after the waking takes 3 s, and those count.
    jest.spyOn(world.engine, 'inspect').mockImplementation((id) => {
      if (started.length === 2) laterMs = 43 * SECOND;
      return inspect(id);
    });
    looksInVain = 1;
    const { verdict, durationMs } = await judged({});
    expect(verdict).toBe('pass');
    expect(durationMs).toBeGreaterThanOrEqual(3 * SECOND);
    expect(durationMs).toBeLessThan(20 * SECOND);
  });
});
