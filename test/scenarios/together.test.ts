import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { scheduleHomes } from '../../src/schedule/schedule-homes.js';
import { setSchedule, removeSchedule, triggerSchedule } from '../../src/schedule/schedules.js';
import { WORKFLOW_QUEUE } from '../../src/names.js';
import type { RunReport } from '../../src/report/run-report.js';
import type { CheckReport, HealthReport } from '../../src/spec/check-report.js';
import { readHealth } from '../../src/store/health-state.js';
import { CreatedContainers } from '../support/created-containers.js';
import { docker } from '../support/docker-cli.js';
import { inDepth } from '../support/in-depth.js';
import { isLeased, leaseIsFree, leftBehind, NOTHING, releasesOf } from '../support/left-behind.js';
import { oneHost } from '../support/one-host.js';
import { eventually } from '../support/eventually.js';
import { comesTo, lineOf } from '../support/run-lines.js';
import { endOf } from '../support/run-end.js';
import type { TestStack } from '../support/test-stack.js';

const host = oneHost();
let stack: TestStack;

/** Version 2 has replaced version 1 once, however many asked for it, and nothing is left of the others. */
async function wasDeployedOnce(created: CreatedContainers): Promise<void> {
  expect(created.take()).toEqual({ api: 1, web: 1 });
  await created.stop();
  expect(await stack.state()).toEqual({ 'api-1': 'running 2', 'web-1': 'running 2' });
  expect(await releasesOf(stack)).toHaveLength(2);
  await leaseIsFree(stack);
  expect(await leftBehind(stack)).toEqual(NOTHING);
}

/** Each run was at work only once the one before it had come to its end. */
async function followedEachOther(runs: WorkflowHandle[]): Promise<void> {
  const turns = await Promise.all(
    runs.map(async (run) => ({
      beganAtMs: (await lineOf(run, 'freeze the configuration')).startedAtMs!,
      endedAtMs: (await endOf(run)).result!.endedAtMs,
    })),
  );
  turns.sort((a, b) => a.beganAtMs - b.beganAtMs);
  for (const [index, { beganAtMs }] of turns.slice(1).entries()) {
    expect(beganAtMs).toBeGreaterThanOrEqual(turns[index]!.endedAtMs);
  }
}

describe('two deployments of one stack', () => {
  it('asked for at once: one of them runs, the other is refused and says who runs', async () => {
    stack = await host.make('unhurried', { '.env': 'VERSION=1\n' });
    await stack.deploy();
    await stack.write('.env', 'VERSION=2\n');
    const created = CreatedContainers.watch(stack);

    const runs = await Promise.all([stack.start(), stack.start()]);
    const ends = await Promise.all(runs.map(async (run) => ({ run, end: await endOf(run) })));

    const winner = ends.find(({ end }) => end.type === 'succeeded')!;
    const loser = ends.find((other) => other !== winner)!;
    expect(winner.end).toMatchObject({ status: 'completed', result: { touched: ['api', 'web'] } });
    expect(loser.end).toMatchObject({ status: 'failed', type: 'rejected', result: { touched: [] } });
    expect(loser.end.message).toContain(winner.run.workflowId);
    await wasDeployedOnce(created);
  }, 120_000);

  it('one queued behind the other: it begins when that has ended, and brings what the files say then', async () => {
    stack = await host.make('unhurried', { '.env': 'VERSION=1\n' });
    await stack.deploy();
    await stack.write('.env', 'VERSION=2\nWEB_START_DELAY=5\n');
    const first = await stack.start();
    await comesTo(first, 'replace api');
    await stack.write('.env', 'VERSION=3\n');
    const second = await stack.start({ whenBusy: 'queue' });
    await comesTo(second, 'take the lease');
    expect(await isLeased(stack)).toBe(true);

    const [before, after] = await Promise.all([endOf(first), endOf(second)]);
    expect(before).toMatchObject({ type: 'succeeded', result: { release: '2', touched: ['api', 'web'] } });
    expect(after).toMatchObject({ type: 'succeeded', result: { release: '3', touched: ['api', 'web'] } });
    const freeAtMs = before.result!.endedAtMs;
    const { startedAtMs } = await lineOf(second, 'freeze the configuration');
    expect(startedAtMs).toBeGreaterThanOrEqual(freeAtMs);
    // Promptly: it takes less than the deployment that it waited for.
    expect(startedAtMs! - freeAtMs).toBeLessThan(freeAtMs - before.result!.startedAtMs);

    expect(await stack.state()).toEqual({ 'api-1': 'running 3', 'web-1': 'running 3' });
    await leaseIsFree(stack);
    expect(await leftBehind(stack)).toEqual(NOTHING);
  }, 120_000);

  it('of two stacks at once do not mind each other', async () => {
    stack = await host.make('unhurried', { '.env': 'VERSION=1\n' });
    const other = await host.make('unhurried', { '.env': 'VERSION=5\n' });
    try {
      const ends = await Promise.all([stack.deploy(), other.deploy()]);
      expect(ends.map(({ type }) => type)).toEqual(['succeeded', 'succeeded']);
      expect(await stack.state()).toEqual({ 'api-1': 'running 1', 'web-1': 'running 1' });
      expect(await other.state()).toEqual({ 'api-1': 'running 5', 'web-1': 'running 5' });
    } finally {
      await other.remove();
    }
  }, 120_000);
});

inDepth(() => {
  describe('fifty deployments of one stack', () => {
    it('asked for at once: one changes it, those that wait follow one by one, and the others are refused', async () => {
      stack = await host.make('pair', { '.env': 'VERSION=1\n' });
      await stack.deploy();
      await stack.write('.env', 'VERSION=2\n');
      const created = CreatedContainers.watch(stack);

      const runs = await Promise.all(
        Array.from({ length: 50 }, (_, place) => stack.start(place % 10 === 0 ? { whenBusy: 'queue' } : {})),
      );
      const ends = await Promise.all(runs.map(async (run) => endOf(run, 300_000)));

      const done = runs.filter((_, place) => ends[place]!.type === 'succeeded');
      await followedEachOther(done);
      const served = ends.filter(({ type }) => type === 'succeeded').map(({ result }) => result!);
      // All five that wait, and whoever came first.
      expect([5, 6]).toContain(served.length);
      expect(ends.filter(({ type }) => type === 'rejected')).toHaveLength(50 - served.length);
      expect(served.filter(({ touched }) => touched.length > 0)).toMatchObject([{ touched: ['api', 'web'] }]);
      await wasDeployedOnce(created);
    }, 400_000);
  });
});

describe('two stacks on one network', () => {
  it('do not disturb each other, whatever becomes of a deployment of one of them', async () => {
    const network = `ek-test-shared-${randomBytes(3).toString('hex')}`;
    await docker(['network', 'create', '--label', 'ek-test', network]);
    const onIt = (yaml: string): string => `${yaml}networks: { default: { name: ${network}, external: true } }\n`;
    stack = await host.make('pair', { '.env': 'VERSION=1\n' });
    const other = await host.make('pair', { '.env': 'VERSION=5\n' });
    try {
      await stack.edit('compose.yaml', onIt);
      await other.edit('compose.yaml', onIt);
      expect(await Promise.all([stack.deploy(), other.deploy()])).toMatchObject([
        { type: 'succeeded' },
        { type: 'succeeded' },
      ]);
      const stood = (await other.inspect()).map(({ Id, State }) => [Id, State.StartedAt]);

      await stack.write('.env', 'VERSION=2\nAPI_EXIT_CODE=3\n');
      expect(await stack.deploy()).toMatchObject({ type: 'rolled-back', result: { leftovers: [] } });
      await stack.write('.env', 'VERSION=3\n');
      expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });

      expect(await stack.state()).toEqual({ 'api-1': 'running 3', 'web-1': 'running 3' });
      expect(await other.state()).toEqual({ 'api-1': 'running 5', 'web-1': 'running 5' });
      expect((await other.inspect()).map(({ Id, State }) => [Id, State.StartedAt])).toEqual(stood);
      expect(await other.version('api')).toBe('5');
    } finally {
      await stack.remove();
      await other.remove();
      await docker(['network', 'rm', network]);
    }
  }, 180_000);
});

inDepth(() => {
  describe('a schedule, a deployment, a rollback and a check of one stack', () => {
    it('all at once: one run changes it, the other says why it stands aside, and no look takes that for an illness', async () => {
      stack = await host.make('unhurried', { '.env': 'VERSION=1\n' });
      await stack.deploy();
      await stack.write('.env', 'VERSION=2\n');
      await stack.deploy();
      await stack.write('.env', 'VERSION=3\n');
      const homes = await scheduleHomes(host.world.client);
      const scheduled = { kind: 'health' as const, host: await host.world.host(), stack: stack.name };
      const everyDay = { kind: 'every' as const, everyMs: 86_400_000, text: '1d' };
      await setSchedule(homes, { ...scheduled, time: everyDay, timezone: 'UTC' });

      const [deployment, rollback] = await Promise.all([
        stack.start(),
        startRollback({ to: '1' }),
        triggerSchedule(homes, scheduled),
      ]);
      const ending = [deployment, rollback].map(async (run) => ({ run, end: await endOf(run) }));
      const looks = await checksUntil(Promise.all(ending));
      const ends = await Promise.all(ending);

      const winner = ends.find(({ end }) => end.type === 'succeeded')!;
      const loser = ends.find((other) => other !== winner)!;
      expect(winner.end).toMatchObject({ status: 'completed', result: { release: '3', touched: ['api', 'web'] } });
      expect(loser.end).toMatchObject({ status: 'failed', type: 'rejected', result: { touched: [] } });
      const version = winner.run === deployment ? '3' : '1';
      expect(await stack.state()).toEqual({ 'api-1': `running ${version}`, 'web-1': `running ${version}` });
      expect((await releasesOf(stack)).map(({ id, kind, workflowId }) => ({ id, kind, workflowId }))).toMatchObject([
        { id: '1', kind: 'deployed' },
        { id: '2', kind: 'deployed' },
        { id: '3', kind: winner.run === deployment ? 'deployed' : 'rolled-back', workflowId: winner.run.workflowId },
      ]);

      // What each has to say of it.
      expect(await reportOf(winner.run.workflowId)).toMatchObject({
        outcome: 'succeeded',
        touched: ['api', 'web'],
        changes: [{ service: 'api' }, { service: 'web' }],
      });
      expect(await reportOf(loser.run.workflowId)).toMatchObject({
        outcome: 'rejected',
        touched: [],
        culprit: { message: expect.stringContaining(winner.run.workflowId) },
      });
      const seen = await lastScheduledLook();
      const explained = [...looks, seen].map(({ health, changing }) =>
        health === 'healthy' ? health : { health, changing },
      );
      for (const one of explained) {
        expect(['healthy', { health: 'inconclusive', changing: winner.run.workflowId }]).toContainEqual(one);
      }
      expect(seen.trend.failuresInARow).toBe(0);

      await removeSchedule(homes, scheduled);
      await leaseIsFree(stack);
      expect(await leftBehind(stack)).toEqual(NOTHING);
    }, 120_000);
  });
});

async function startRollback(request: { to: string }) {
  return host.world.client.workflow.start('rollback', {
    taskQueue: WORKFLOW_QUEUE,
    workflowId: `rollback/test/${stack.name}`,
    args: [{ stack: stack.name, ...request }],
  });
}

/** Looks at the stack again and again, at least once, until something has ended. */
async function checksUntil(end: Promise<unknown>): Promise<CheckReport[]> {
  let isOver = false;
  void end.finally(() => (isOver = true)).catch(() => undefined);
  const looks: CheckReport[] = [];
  do {
    looks.push(
      await host.world.client.workflow.execute('check', {
        taskQueue: WORKFLOW_QUEUE,
        workflowId: `check/test/${stack.name}/${looks.length}`,
        args: [{ stack: stack.name }],
      }),
    );
  } while (!isOver);
  return looks;
}

/** What the schedule's look has come to; it may not have been made yet. */
async function lastScheduledLook(): Promise<HealthReport> {
  const layout = { home: host.world.stateFolder, lockDir: '' };
  await eventually('the schedule has looked', async () => (await readHealth(layout, stack.name)) !== undefined);
  return (await readHealth(layout, stack.name))!.report;
}

/** What `evenkeel show` says of a run. */
async function reportOf(run: string): Promise<RunReport> {
  const { exitCode, stdout, stderr } = await host.world.evenkeel(['--json', 'show', run]);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as RunReport;
}
