import { readdir, truncate } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { BackupManifest } from '../../src/spec/backup.js';
import type { DeployResult } from '../../src/spec/deploy-result.js';
import { backupsFolder } from '../../src/store/backups.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { TestStack } from '../support/test-stack.js';

let world: DeploymentWorld;
let stack: TestStack;

beforeAll(async () => {
  world = await DeploymentWorld.start();
}, 60_000);
afterEach(async () => {
  await world.injectFaults([]);
  await stack.remove();
  const kept = await docker(['volume', 'ls', '-q', '--filter', `label=evenkeel.kept-of=${stack.name}`]);
  for (const volume of kept.split('\n').filter(Boolean)) await docker(['volume', 'rm', volume]);
}, 60_000);
afterAll(async () => world.stop(), 60_000);

async function evenkeel(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return world.evenkeel(['--json', '-p', stack.name, ...args], { cwd: stack.directory });
}

async function sql(text: string): Promise<string> {
  return stack.exec('db', 'psql', '-U', 'shop', '-AtX', '-c', text);
}

/** A running stack with a backup of 1000 orders, one key and one upload, of which much has been lost since. */
async function stackThatLostData(edit = (compose: string): string => compose): Promise<void> {
  stack = await TestStack.make(world, 'stores');
  await stack.edit('compose.yaml', edit);
  await stack.compose('up', '-d', '--wait');
  await sql('create table orders as select generate_series(1, 1000) id');
  await stack.exec('cache', 'redis-cli', 'set', 'kept', 'yes');
  await stack.exec('app', 'sh', '-c', 'echo picture >/srv/uploads/one');
  const created = await evenkeel('backup', 'create');
  if (created.exitCode !== 0) throw new Error(created.stdout + created.stderr);
  await sql('delete from orders where id > 10');
  await stack.exec('cache', 'redis-cli', 'set', 'kept', 'no');
  await stack.exec('app', 'sh', '-c', 'rm /srv/uploads/one; echo other >/srv/uploads/two');
}

/** What the stack has of what is in the backup and of what came later. */
async function content(): Promise<string[]> {
  return [
    await sql('select count(*) from orders'),
    await stack.exec('cache', 'redis-cli', 'get', 'kept'),
    await stack.exec('app', 'ls', '/srv/uploads'),
  ];
}

const OF_THE_BACKUP = ['1000', 'yes', 'one'];
const OF_LATER = ['10', 'no', 'two'];

interface Ended {
  exitCode: number;
  result: DeployResult;
}

async function restore(...args: string[]): Promise<Ended> {
  const { exitCode, stdout, stderr } = await evenkeel('restore', '-y', ...args);
  try {
    const document = JSON.parse(stdout) as DeployResult;
    return { exitCode, result: document };
  } catch {
    throw new Error(`${exitCode}: ${stdout}${stderr}`);
  }
}

async function nothingOfATwin(): Promise<void> {
  expect(await docker(['ps', '-aq', '--filter', `name=${stack.name}-twin`])).toBe('');
  expect(await docker(['volume', 'ls', '-q', '--filter', `name=${stack.name}-twin`])).toBe('');
  expect(await docker(['ps', '-aq', '--filter', `name=evenkeel-swaps-${stack.name}`])).toBe('');
}

describe('evenkeel restore', () => {
  it('puts the data of a backup in place, and keeps what was there before', async () => {
    await stackThatLostData();
    const before = await stack.ids();
    expect((await evenkeel('restore')).exitCode).toBe(2);
    expect(await content()).toEqual(OF_LATER);

    const { exitCode, result } = await restore('--reason', 'to see');
    expect([exitCode, result.outcome]).toEqual([0, 'succeeded']);
    expect(await content()).toEqual(OF_THE_BACKUP);
    expect(await stack.ids()).toEqual(before);
    const { stores } = result.dataRestored!;
    expect(stores.map(({ store }) => store)).toEqual(['postgres-db', 'redis-cache', 'volume-uploads']);
    const { kept } = stores[2]!;
    const image = 'evenkeel-test/web:1';
    expect(
      await docker(['run', '--rm', '--network', 'none', '--entrypoint', 'ls', '-v', `${kept}:/kept`, image, '/kept']),
    ).toBe('two');
    await nothingOfATwin();
  }, 240_000);

  it('rejects a damaged backup, and stops nothing', async () => {
    await stackThatLostData();
    const [backup] = JSON.parse((await evenkeel('backup', 'list')).stdout) as BackupManifest[];
    const folder = path.join(backupsFolder({ home: world.stateFolder, lockDir: '' }, stack.name), backup!.id);
    const dump = (await readdir(folder)).find((name) => name.includes('shop.dump'))!;
    await truncate(path.join(folder, dump), 500);
    const before = (await stack.inspect()).map(({ State }) => State.StartedAt);

    const { exitCode, result } = await restore(backup!.id);
    expect([exitCode, result.outcome, result.touched]).toEqual([4, 'rejected', []]);
    expect(result.failure?.message).toContain('it has 500 bytes');
    expect((await stack.inspect()).map(({ State }) => State.StartedAt)).toEqual(before);
    expect(await content()).toEqual(OF_LATER);
    await nothingOfATwin();
  }, 240_000);

  it.each([600])(
    'ends by itself when the worker is killed %i ms into a swap',
    async (afterMs) => {
      await stackThatLostData();
      await world.injectFaults([{ activity: 'swapData', point: 'during', afterMs, action: 'kill' }]);
      const restored = restore();
      await world.workerEnded();
      await world.startWorker();
      const { exitCode, result } = await restored;
      expect([exitCode, result.outcome]).toEqual([0, 'succeeded']);
      expect(await content()).toEqual(OF_THE_BACKUP);
      await nothingOfATwin();
    },
    240_000,
  );

  it.each(['undisturbed', 'killed in it'])(
    'puts the old content back when a service is not well on what was restored, %s',
    async (how) => {
      await stackThatLostData((compose) =>
        compose.replace(
          "    volumes: ['uploads:/srv/uploads']",
          `$&
    healthcheck: { test: [CMD-SHELL, 'test ! -e /srv/uploads/one'], interval: 300ms, retries: 2 }`,
        ),
      );
      await eventually('the app is well on what came later', async () => {
        const app = (await stack.inspect()).find(({ Name }) => Name.includes('-app-'));
        return app?.State.Health?.Status === 'healthy';
      });
      if (how !== 'undisturbed') {
        await world.injectFaults([{ activity: 'putDataBack', point: 'during', afterMs: 300, action: 'kill' }]);
      }
      const restored = restore();
      if (how !== 'undisturbed') {
        await world.workerEnded();
        await world.startWorker();
      }
      const { exitCode, result } = await restored;
      expect([exitCode, result.outcome, result.failure?.service]).toEqual([1, 'rolled-back', 'app']);
      expect(await content()).toEqual(OF_LATER);
      expect(result.leftovers).toEqual([]);
      expect(result.dataRestored).toBeUndefined();
      await nothingOfATwin();
    },
    240_000,
  );
});
