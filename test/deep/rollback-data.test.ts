import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeployResult } from '../../src/spec/deploy-result.js';
import type { Progress } from '../../src/spec/progress.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { inDepth } from '../support/in-depth.js';
import { TestStack } from '../support/test-stack.js';

let world: DeploymentWorld;
let stack: TestStack;

const HEALTHCHECK = `    healthcheck: { test: [CMD-SHELL, 'test ! -e /srv/uploads/poison'], interval: 1s, retries: 2 }\n`;

/**
 * Release 1 with a thousand orders and an upload; release 2 serves, and has lost most of them since. A release is not rehearsed here:
 * its backup is proven all the same.
 */
beforeAll(async () => {
  world = await DeploymentWorld.start();
  stack = await TestStack.make(world, 'stores', { '.env': 'VERSION=1\n' });
  await stack.edit('compose.yaml', (yaml) =>
    withoutCache(yaml)
      .replace('x-evenkeel:\n', "x-evenkeel:\n  rehearse: { mode: 'off' }\n")
      .replace("    volumes: ['uploads:/srv/uploads']\n", (volumes) => volumes + HEALTHCHECK),
  );
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { release: '1' } });
  await sql('create table orders as select generate_series(1, 1000) id');
  await stack.exec('app', 'sh', '-c', 'echo picture >/srv/uploads/one');
  await stack.write('.env', 'VERSION=2\n');
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { release: '2' } });
  await sql('delete from orders where id > 10; alter table orders add column total int; create table notes(id int)');
  await sql('insert into notes values (1), (2)');
  await stack.exec('app', 'sh', '-c', 'rm /srv/uploads/one; echo a >/srv/uploads/two; echo b >/srv/uploads/three');
}, 480_000);
afterAll(async () => {
  await stack.remove();
  const kept = await docker(['volume', 'ls', '-q', '--filter', `label=evenkeel.kept-of=${stack.name}`]);
  for (const volume of kept.split('\n').filter(Boolean)) await docker(['volume', 'rm', volume]);
  await world.stop();
}, 60_000);

/** One store less is a restore less each time. */
function withoutCache(yaml: string): string {
  return yaml.replace(/^ {2}cache:\n {4}[\s\S]*?\n\n/m, '').replace(/^.*(REDIS_URL|cache: \{|cache:$).*\n/gm, '');
}

async function sql(text: string): Promise<string> {
  return stack.exec('db', 'psql', '-U', 'shop', '-AtX', '-c', text);
}

async function evenkeel(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return world.evenkeel(['--json', '-p', stack.name, ...args], { cwd: stack.directory });
}

/** Asks for a rollback with its data, and waits until it waits for people. */
async function rollBack(release: string): Promise<{ workflowId: string; progress: Progress }> {
  const { stdout, stderr } = await evenkeel('rollback', release, '--restore-data', '-d');
  if (stdout === '') throw new Error(stderr);
  const { workflowId } = JSON.parse(stdout) as { workflowId: string };
  let progress: Progress | undefined;
  await eventually('it waits for approval', async () => {
    progress = await world.client.workflow.getHandle(workflowId).query<Progress>('progress');
    if (progress.result) throw new Error(JSON.stringify(progress.result.failure));
    return progress.awaitsApproval !== undefined;
  });
  return { workflowId, progress: progress! };
}

async function ended(workflowId: string): Promise<{ exitCode: number; result: DeployResult }> {
  const { exitCode, stdout } = await evenkeel('follow', workflowId);
  const lines = stdout.trim().split('\n');
  return { exitCode, result: JSON.parse(lines.at(-1)!) as DeployResult };
}

async function content(): Promise<string[]> {
  return [
    await sql('select count(*) from orders'),
    await sql("select count(*) from information_schema.tables where table_name = 'notes'"),
    await stack.exec('app', 'ls', '/srv/uploads'),
    (await stack.state())['app-1']!,
  ];
}

const OF_TWO = ['10', '1', 'three\ntwo', 'running 2'];
const OF_ONE = ['1000', '0', 'one', 'running 1'];

async function nothingOfATwin(): Promise<void> {
  expect(await docker(['ps', '-aq', '--filter', `name=${stack.name}-twin`])).toBe('');
  expect(await docker(['volume', 'ls', '-q', '--filter', `name=${stack.name}-twin`])).toBe('');
}

describe('a rollback with its data', () => {
  it('waits, says what would be lost, and touches nothing when it is refused', async () => {
    const before = (await stack.inspect()).map(({ Id, State }) => [Id, State.StartedAt]);
    const { workflowId, progress } = await rollBack('1');
    const { data } = progress.awaitsApproval!.plan;
    expect(data!.writes).toMatchObject([
      {
        store: 'postgres-db',
        counted: [
          {
            ...{ what: 'rows of shop', then: 1000, now: 12 },
            differing: ['public.notes: not there → 2', 'public.orders: 1000 → 10'],
          },
        ],
      },
      { store: 'volume-uploads', counted: expect.arrayContaining([{ what: 'files', then: 1, now: 2, differing: [] }]) },
    ]);
    expect((await evenkeel('reject', workflowId, '--reason', 'too much')).exitCode).toBe(0);
    const { exitCode, result } = await ended(workflowId);
    expect([exitCode, result.outcome, result.touched]).toEqual([4, 'rejected', []]);
    expect((await stack.inspect()).map(({ Id, State }) => [Id, State.StartedAt])).toEqual(before);
    expect(await content()).toEqual(OF_TWO);
    await nothingOfATwin();
  }, 480_000);

  it('brings the release back on the data that it had when it was replaced, though the worker is killed midway', async () => {
    const { workflowId } = await rollBack('1');
    await world.injectFaults([{ activity: 'swapData', point: 'after', action: 'kill' }]);
    expect((await evenkeel('approve', workflowId)).exitCode).toBe(0);
    await world.workerEnded();
    await world.startWorker();
    const { exitCode, result } = await ended(workflowId);
    expect([exitCode, result.outcome, result.failure]).toEqual([0, 'succeeded', undefined]);
    expect(result).toMatchObject({ release: '3', previousRelease: '2', leftovers: [] });
    expect(await content()).toEqual(OF_ONE);
    const { stores, services } = result.dataRestored!;
    expect([stores.map(({ store }) => store), services]).toEqual([
      ['postgres-db', 'volume-uploads'],
      ['db', 'app'],
    ]);
    const look = ['run', '--rm', '--network', 'none', '--entrypoint', 'ls', '-v', `${stores[1]!.kept}:/kept`];
    expect(await docker([...look, 'evenkeel-test/web:1', '/kept'])).toBe('three\ntwo');
    await nothingOfATwin();
  }, 480_000);

  it('is refused where no backup was made before that release was replaced, with the next move', async () => {
    const { exitCode, stdout } = await evenkeel('rollback', '2', '--restore-data');
    const { outcome, failure } = JSON.parse(stdout) as DeployResult;
    expect([exitCode, outcome]).toEqual([4, 'rejected']);
    expect(failure?.message).toContain('release 3, which replaced release 2, is the outcome of a rollback');
    expect(failure?.message).toContain('evenkeel rollback 2');
    expect(await content()).toEqual(OF_ONE);
  }, 480_000);

  inDepth(() => {
    it('puts data and services back where the earlier release is not well on them', async () => {
      // It had that data when it was replaced, and was sick on it.
      await stack.exec('app', 'touch', '/srv/uploads/poison');
      await stack.write('.env', 'VERSION=4\n');
      await stack.edit('compose.yaml', (yaml) => yaml.replace(HEALTHCHECK, ''));
      expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { release: '4' } });
      await sql('delete from orders');
      await stack.exec('app', 'rm', '/srv/uploads/poison');
      const database = (await stack.ids())['db-1'];

      const { workflowId } = await rollBack('3');
      expect((await evenkeel('approve', workflowId)).exitCode).toBe(0);
      const { exitCode, result } = await ended(workflowId);
      expect([exitCode, result.outcome, result.failure?.service]).toEqual([1, 'rolled-back', 'app']);
      expect([result.leftovers, result.dataRestored]).toEqual([[], undefined]);
      expect(await content()).toEqual(['0', '0', 'one', 'running 4']);
      expect((await stack.ids())['db-1']).toBe(database);
      await nothingOfATwin();
    }, 480_000);
  });
});
