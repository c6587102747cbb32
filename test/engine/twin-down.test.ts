import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { awaitHealth } from '../../activities/await-health.js';
import { beginRun } from '../../activities/begin-run.js';
import { runOnTwin } from '../../activities/run-on-twin.js';
import { startOnTwin } from '../../activities/start-on-twin.js';
import { sweepClosedRun } from '../../activities/sweep-closed-run.js';
import { EngineAway } from '../../src/docker/engine.js';
import { judgeTwin } from '../../src/twin/judge-twin.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { inDepth } from '../support/in-depth.js';
import { catches } from '../support/processes.js';
import { apiAndWorker, NO_TWIN, stillThere, TwinStack } from '../support/twin-stack.js';

jest.setTimeout(120_000);

let stack: TwinStack;
afterEach(() => stack.remove());

describe('taking a twin down', () => {
  it('takes volumes along that Compose has carried over', async () => {
    stack = await TwinStack.make((version) => apiAndWorker(version));
    const twin = await stack.twin();
    await stack.run.take(startOnTwin, { twin, services: ['api', 'worker'] });
    const mounted = await stack.mountedOn(twin);
    const file = stack.composeFile(twin);
    await docker(['compose', '-f', file, '-p', twin.project, 'up', '-d', '--force-recreate', '--pull', 'never']);
    expect(await stack.mountedOn(twin)).toEqual(mounted);
    expect(await stack.takeDown(twin)).toEqual({ leftovers: [] });
    expect(await stack.twinThings()).toEqual(NO_TWIN);
    expect(await stillThere(mounted)).toEqual([]);
  });

  it('takes its volumes along that a stopping Docker has left without labels, and no others', async () => {
    stack = await TwinStack.make(
      (version) => `
services:
  api:
    image: evenkeel-test/web:1
    environment: { VERSION: "${version}" }
    volumes: [ data:/d, claimed:/c ]
    stop_grace_period: 0s
volumes: { data: {}, claimed: {} }
`,
    );
    const twin = await stack.twin();
    const [own, claimed, other] = ['data', 'claimed', 'x_data'].map((key) => `${twin.project}_${key}`);
    const others = [claimed!, other!];
    await docker(['volume', 'create', own!]);
    await docker(['volume', 'create', '--label', 'com.docker.compose.project=ek-test-other', claimed!]);
    await docker(['volume', 'create', other!]);
    await stack.run.take(startOnTwin, { twin, services: ['api'] });
    try {
      expect(await stack.mountedOn(twin)).toEqual([claimed, own].sort());
      expect(await stack.takeDown(twin)).toEqual({ leftovers: [] });
      expect(await stack.twinThings()).toEqual(NO_TWIN);
      expect(await stillThere([own!, ...others])).toEqual(others);
    } finally {
      await stack.takeDown(twin);
      await docker(['volume', 'rm', ...others]);
    }
  });

  inDepth(() => {
    it('ends what is at work on it', async () => {
      stack = await TwinStack.make((version) => apiAndWorker(version));
      const twin = await stack.twin();
      await stack.run.take(startOnTwin, { twin, services: ['api', 'worker'] });
      const orphan = stack.run
        .take(runOnTwin, { twin, service: 'api', command: 'sleep 300' })
        .catch((error: unknown) => error);
      const ofTwin = ['ps', '-q', '--filter', `label=com.docker.compose.project=${twin.project}`];
      await eventually('the command runs', async () => (await docker(ofTwin)).split('\n').length === 3);
      expect(await stack.takeDown(twin)).toEqual({ leftovers: [] });
      await orphan;
      expect(await stack.twinThings()).toEqual(NO_TWIN);
    });

    it('is made up for where an attempt was given up in the middle', async () => {
      stack = await TwinStack.make((version) => apiAndWorker(version));
      const twin = await stack.twin();
      const environment = stack.run.environment();
      const attempt = environment
        .run(startOnTwin(stack.host.world), { ...stack.run.turn, twin, services: ['api', 'worker'] })
        .catch((error: unknown) => error);
      await eventually('something is there', async () => (await stack.twinThings()).networks.length > 0);
      environment.cancel();
      await attempt;
      expect(await stack.takeDown(twin)).toEqual({ leftovers: [] });
      expect(await stack.twinThings()).toEqual(NO_TWIN);
    });
  });

  it('happens when the next run begins, where the run that made it is closed', async () => {
    stack = await TwinStack.make((version) => apiAndWorker(version));
    const twin = await stack.twin();
    await stack.run.take(startOnTwin, { twin, services: ['api', 'worker'] });
    const next = await stack.host.run(stack.project.name);
    await next.take(beginRun, { dryRun: false });
    expect((await stack.twinThings()).containers).toHaveLength(2);

    runsAre({ [stack.run.execution.runId]: 'TERMINATED' });
    await next.take(beginRun, { dryRun: false });
    expect(await stack.twinThings()).toEqual(NO_TWIN);
    expect((await stack.project.compose('ps', '-q')).split('\n')).toHaveLength(2);
  });
});

describe('a sweep of what closed runs have left', () => {
  it('takes the twin of a closed run away, and leaves that of one alone that is open or unknown', async () => {
    stack = await TwinStack.make((version) => apiAndWorker(version));
    const twin = await stack.twin();
    await stack.run.take(startOnTwin, { twin, services: ['api'] });
    const { runId } = stack.run.execution;
    const sweep = (): Promise<void> =>
      sweepClosedRun(stack.host.world, stack.project.name, AbortSignal.timeout(60_000));
    const there = await stack.twinThings();
    for (const status of ['RUNNING', 'unknown']) {
      runsAre({ [runId]: status });
      await sweep();
      expect(await stack.twinThings()).toEqual(there);
    }
    runsAre({ [runId]: 'TERMINATED' });
    await sweep();
    expect(await stack.twinThings()).toEqual(NO_TWIN);
    expect((await stack.project.compose('ps', '-q')).split('\n')).toHaveLength(2);
  });
});

describe('what a release does on its twin', () => {
  it('is held against it where it cannot be executed', async () => {
    stack = await TwinStack.make((version) =>
      apiAndWorker(version, version === 2 ? 'command: [ no-such-program ]' : ''),
    );
    const twin = await stack.twin();
    await stack.run.take(startOnTwin, { twin, services: ['api'] });
    const { gate } = twin.waves.flat().find(({ service }) => service === 'api')!;
    const verdict = await stack.run.take(awaitHealth, { frozen: twin.frozen, service: 'api', gate });
    expect(verdict).toMatchObject({ verdict: 'fail' });
    const { rehearsed, facts } = twin;
    expect(judgeTwin({ verdict, rehearsed, facts, unwell: [] })).toMatchObject({ verdict: 'fail', service: 'api' });
    await stack.takeDown(twin);
    expect(await stack.twinThings()).toEqual(NO_TWIN);
  });

  it('is not held against it where Docker was away, and the container ended with it', async () => {
    stack = await TwinStack.make((version) => apiAndWorker(version, 'restart: always'));
    const twin = await stack.twin();
    await stack.run.take(startOnTwin, { twin, services: ['api', 'worker'] });
    const { gate } = twin.waves.flat().find(({ service }) => service === 'api')!;
    const judge = () => stack.run.take(awaitHealth, { frozen: twin.frozen, service: 'api', gate });
    const api = await stack.onTwin(twin, 'api');
    const pid = Number(await docker(['inspect', '-f', '{{.State.Pid}}', api]));
    await eventually('api hears TERM', () => catches(pid, 'SIGTERM'));
    await docker(['stop', '--time', '10', api, await stack.onTwin(twin, 'worker')]);
    expect(await judge()).toMatchObject({ verdict: 'fail', reason: 'exited with 0' });

    const { world } = stack.host;
    let looksInVain = 2;
    const containers = (...asked: Parameters<typeof world.engine.containers>) =>
      looksInVain-- > 0 ? Promise.reject(new EngineAway('by a test')) : engine.containers(...asked);
    const { engine } = world;
    world.engine = new Proxy(engine, {
      get: (target, name) => (name === 'containers' ? containers : Reflect.get(target, name)),
    });
    expect(await judge()).toMatchObject({ verdict: 'pass' });
    expect(await stack.onTwin(twin, 'api')).not.toBe('');
    expect(await stack.onTwin(twin, 'worker')).not.toBe('');
  });
});

/** What Temporal says of runs; of any other that it is open. */
function runsAre(states: Record<string, string>): void {
  const getHandle = (workflowId: string, runId: string) => ({
    describe: async () => {
      const name = states[runId] ?? 'RUNNING';
      if (name === 'unknown') throw new WorkflowNotFoundError('', workflowId, runId);
      return { status: { name }, runId, raw: {} };
    },
  });
  Object.assign(stack.host.world, { temporal: { workflow: { getHandle } } });
}
