import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ActivityCancellationDetails } from '@temporalio/common';
import { runOnTwin } from '../../activities/run-on-twin.js';
import { startOnTwin } from '../../activities/start-on-twin.js';
import { readExitCode } from '../../src/docker/child-traces.js';
import { isWeather } from '../../src/docker/weather.js';
import type { Twin } from '../../src/spec/rehearsal.js';
import { docker } from '../support/docker-cli.js';
import { type DockerProxy, startDockerProxy } from '../support/docker-proxy.js';
import { apiAndWorker, TwinStack } from '../support/twin-stack.js';

jest.setTimeout(120_000);

let stack: TwinStack;
let twin: Twin;
let api: string;
let proxy: DockerProxy;

beforeAll(async () => {
  stack = await TwinStack.make((version) => apiAndWorker(version, 'mem_limit: 48m\n    stop_signal: SIGINT'));
  twin = await stack.twin();
  await stack.run.take(startOnTwin, { twin, services: ['api'] });
  api = await stack.onTwin(twin, 'api');
});
beforeEach(async () => {
  proxy = await startDockerProxy();
  // What Compose asks goes through it, and what we ask does not.
  stack.host.world.env = { ...stack.host.world.env, DOCKER_HOST: proxy.dockerHost };
});
/** Each command is the first one on the twin. */
afterEach(async () => {
  await proxy.close();
  for (const id of await made()) await docker(['rm', '-fv', id]);
  for (const folder of await runs()) await rm(folder, { recursive: true });
});
afterAll(() => stack.remove());

const run = (command: string, attempt?: number, service = 'api') =>
  stack.run.take(runOnTwin, { twin, service, command }, attempt);
/** The containers of commands on the twin. */
const made = async (): Promise<string[]> => {
  const label = `label=com.docker.compose.project=${twin.project}`;
  const ids = await docker(['ps', '-aq', '--filter', label, '--filter', 'label=com.docker.compose.oneoff=True']);
  return ids.split('\n').filter(Boolean);
};

it('a command that Docker was never told to start is run by the next attempt', async () => {
  proxy.add({ when: /^POST \/containers\/\w+\/start/, fault: { kind: 'reset' } });
  expect(isWeather(await run('exit 4').catch((error: unknown) => error))).toBe(true);
  expect(await made()).toHaveLength(1);
  expect(await run('exit 4')).toMatchObject({ verdict: 'fail', reason: 'exited with 4' });
  expect(await made()).toHaveLength(1);
});

it('a command that goes on without its Compose is awaited, and run once', async () => {
  proxy.add({ when: /^POST \/containers\/\w+\/start/, fault: { kind: 'lose-reply' } });
  expect(await run('sleep 2; exit 5')).toMatchObject({ verdict: 'fail', reason: 'exited with 5' });
  expect(await made()).toHaveLength(1);
});

/** The container of a command, once that runs. */
const running = async (): Promise<string> => {
  for (;;) {
    const [id] = await made();
    const state = id ? await docker(['inspect', '-f', '{{.State.Status}}', id]).catch(() => '') : '';
    if (state === 'running') return id!;
    await pause(50);
  }
};
/** Takes three seconds, and heeds TERM. */
const SLOW = 'trap "exit 143" TERM; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.3; done; exit 5';
/** The folders of commands' Composes, in order. */
const runs = async (): Promise<string[]> => {
  const children = path.join(stack.run.folder, 'twin', 'children');
  const names = (await readdir(children)).filter((name) => name.startsWith('run-'));
  return names.sort().map((name) => path.join(children, name));
};
/** How these have ended. */
const ends = async (): Promise<(number | undefined)[]> => Promise.all((await runs()).map(readExitCode));

it.each(['KILL', 'TERM'])('a command that was ended from outside, by %s, is begun again', async (signal) => {
  const step = run(SLOW);
  const first = await running();
  await docker(['kill', '-s', signal, first]);
  expect(await step).toMatchObject({ verdict: 'fail', reason: 'exited with 5' });
  expect(await made()).not.toContain(first);
  expect(await ends()).toEqual([137, 5]);
});

it('a command that is ended each time is judged by that', async () => {
  const reason = 'was killed (exited with 143)';
  for (const _ of ['first', 'next']) {
    expect(await run('exit 143')).toMatchObject({ verdict: 'inconclusive', reason });
    expect(await ends()).toEqual([137, 137, 143]);
  }
});

it('a command that ends as its image asks to be stopped is taken for ended from outside', async () => {
  expect(await run('exit 130')).toMatchObject({ verdict: 'inconclusive', reason: 'was killed (exited with 130)' });
  expect(await ends()).toEqual([137, 137, 130]);
});

it.each([
  ['api', 131],
  ['worker', 130],
])('a command of %s that ends by itself with %i is judged by that', async (service, code) => {
  const answer = await run(`exit ${code}`, undefined, service);
  expect(answer).toMatchObject({ verdict: 'fail', reason: `exited with ${code}` });
  expect(await ends()).toEqual([code]);
});

it('a command that was killed for its memory is judged by that at once', async () => {
  expect(await run('exec tail /dev/zero')).toMatchObject({ verdict: 'inconclusive' });
  expect(await ends()).toEqual([137]);
});

it('a worker that is told to stop leaves a command at work, and the next attempt reads it', async () => {
  const environment = stack.run.environment();
  const args = { ...stack.run.turn, twin, service: 'api', command: SLOW };
  const step = environment.run(runOnTwin(stack.host.world), args);
  const first = await running();
  environment.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
  await expect(step).rejects.toThrow('WORKER_SHUTDOWN');
  expect(await run(SLOW)).toMatchObject({ verdict: 'fail', reason: 'exited with 5' });
  expect(await made()).toEqual([first]);
  expect(await ends()).toEqual([5]);
});

describe('what has ended with Docker on the twin', () => {
  const store = { id: 'postgres-api', type: 'postgres' as const, service: 'api' };
  const start = (ref: Twin, attempt?: number) => stack.run.take(startOnTwin, { twin: ref, services: ['api'] }, attempt);

  beforeEach(async () => {
    await docker(['start', api]);
    await docker(['stop', api]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a command that another attempt begins', () => run('exit 0', 2)],
    ['services that another attempt starts', () => start(twin, 2)],
    [
      'services that are started beside a store, which may have ended while another one was raised',
      () => start({ ...twin, stores: [store] }),
    ],
  ])('runs again before %s', async (_, step) => {
    await run('exit 1');
    await start(twin);
    expect(await stack.onTwin(twin, 'api')).toBe('');
    await step();
    expect(await stack.onTwin(twin, 'api')).toBe(api);
  });

  it('runs again before a command that was ended with it', async () => {
    const step = run(SLOW);
    await docker(['kill', await running()]);
    await step;
    expect(await ends()).toEqual([137, 5]);
    expect(await stack.onTwin(twin, 'api')).toBe(api);
  });
});
