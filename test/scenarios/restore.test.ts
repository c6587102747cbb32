import { copyFile, readdir, rename, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { BackupManifest } from '../../src/spec/backup.js';
import type { DeployResult } from '../../src/spec/deploy-result.js';
import { backupsFolder } from '../../src/store/backups.js';
import { INDEX_FILE } from '../../src/store/evidence-files.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { cases, inDepth } from '../support/in-depth.js';
import { resetToAfter, resetToTheBeginning } from '../support/reset-run.js';
import { endOf } from '../support/run-end.js';
import { TestStack } from '../support/test-stack.js';

let world: DeploymentWorld;
/** Each test finds it running, with one backup, and has it lose its data. */
let stack: TestStack;

beforeAll(async () => {
  world = await DeploymentWorld.start();
}, 60_000);
afterEach(async () => {
  await world.injectFaults([]);
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

/** A running stack with a backup of 1000 orders, one key and one upload. */
async function stackWithBackup(edit = (compose: string): string => compose): Promise<void> {
  stack = await TestStack.make(world, 'stores');
  await stack.edit('compose.yaml', edit);
  await stack.compose('up', '-d', '--wait');
  await sql('create table orders as select generate_series(1, 1000) id');
  await stack.exec('cache', 'redis-cli', 'set', 'kept', 'yes');
  await stack.exec('app', 'sh', '-c', 'echo picture >/srv/uploads/one');
  const created = await evenkeel('backup', 'create');
  if (created.exitCode !== 0) throw new Error(created.stdout + created.stderr);
}

/** Of what is in the backup much is lost, and other things have come. */
async function loseData(): Promise<void> {
  await sql('delete from orders where id > 10');
  await stack.exec('cache', 'redis-cli', 'set', 'kept', 'no');
  await stack.exec('app', 'sh', '-c', 'rm -f /srv/uploads/one; echo other >/srv/uploads/two');
}

/** The tests of a group share a stack with a backup; each finds that it has lost its data. */
function onStackWithBackup(edit?: (compose: string) => string): void {
  beforeAll(() => stackWithBackup(edit), 120_000);
  beforeEach(loseData, 60_000);
  afterAll(() => stack.remove(), 60_000);
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

/** While `work` is at it, the backup has a dump that is cut off. */
async function whileDamaged<T>(work: (backup: string) => Promise<T>): Promise<T> {
  const [backup] = JSON.parse((await evenkeel('backup', 'list')).stdout) as BackupManifest[];
  const folder = path.join(backupsFolder({ home: world.stateFolder, lockDir: '' }, stack.name), backup!.id);
  const dump = path.join(
    folder,
    (await readdir(folder)).find((name) => name.includes('shop.dump'))!,
  );
  const whole = `${dump}.whole`;
  await copyFile(dump, whole);
  await truncate(dump, 500);
  try {
    return await work(backup!.id);
  } finally {
    await rename(whole, dump);
  }
}

/** A restore whose worker was killed once it had replaced the data of one store. There is no worker afterwards. */
async function cutShortAfterASwap(...services: string[]): Promise<WorkflowHandle> {
  await world.injectFaults([{ activity: 'swapData', point: 'after', action: 'kill' }]);
  const { stdout } = await evenkeel('restore', '-y', '-d', ...services);
  await world.workerEnded();
  await world.injectFaults([]);
  return world.client.workflow.getHandle((JSON.parse(stdout) as { workflowId: string }).workflowId);
}

/** The names of what is in a volume. */
async function listed(volume: string): Promise<string> {
  const alone = ['run', '--rm', '--network', 'none', '--entrypoint', 'ls'];
  return docker([...alone, '-v', `${volume}:/kept`, 'evenkeel-test/web:1', '/kept']);
}

/** On what came later. */
async function appIsWell(): Promise<void> {
  await eventually('the app is well', async () => {
    const app = (await stack.inspect()).find(({ Name }) => Name.includes('-app-'));
    return app?.State.Health?.Status === 'healthy';
  });
}

async function nothingOfATwin(): Promise<void> {
  expect(await docker(['ps', '-aq', '--filter', `name=${stack.name}-twin`])).toBe('');
  expect(await docker(['volume', 'ls', '-q', '--filter', `name=${stack.name}-twin`])).toBe('');
  expect(await docker(['ps', '-aq', '--filter', `name=evenkeel-swaps-${stack.name}`])).toBe('');
}

describe('evenkeel restore', () => {
  onStackWithBackup();

  it('puts the data of a backup in place, and keeps what was there before', async () => {
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
    expect(await listed(kept)).toBe('two');
    await nothingOfATwin();
  }, 480_000);

  it('rejects a damaged backup, and stops nothing', async () => {
    const before = (await stack.inspect()).map(({ State }) => State.StartedAt);

    const { exitCode, result } = await whileDamaged((backup) => restore(backup));
    expect([exitCode, result.outcome, result.touched]).toEqual([4, 'rejected', []]);
    expect(result.failure?.message).toContain('it has 500 bytes');
    expect((await stack.inspect()).map(({ State }) => State.StartedAt)).toEqual(before);
    expect(await content()).toEqual(OF_LATER);
    await nothingOfATwin();
  }, 480_000);

  inDepth(() => {
    it('rejects to make a server one without a database that the backup lacks, and stops nothing', async () => {
      await sql('create database billing');
      const before = (await stack.inspect()).map(({ State }) => State.StartedAt);

      const { exitCode, result } = await restore();
      expect([exitCode, result.outcome, result.touched]).toEqual([4, 'rejected', []]);
      expect(result.failure).toMatchObject({ service: 'db', message: expect.stringContaining('billing') as unknown });
      expect((await stack.inspect()).map(({ State }) => State.StartedAt)).toEqual(before);
      await sql('drop database billing');
      await nothingOfATwin();
    }, 480_000);

    it('whose result could not be written down keeps nobody from the stack where Temporal says that it succeeded', async () => {
      const { result } = await restore('app');
      const folder = result.runFolder!;
      await eventually('it is on record', async () =>
        (await readdir(folder, { recursive: true })).includes(INDEX_FILE),
      );
      await rm(path.join(folder, 'result.json'));
      expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
      expect(await content()).toEqual(['10', 'no', 'one']);
    }, 480_000);

    it('that is reset goes on, and what the stack had before its former self is kept', async () => {
      const run = await resetToTheBeginning(world, await cutShortAfterASwap('app'));
      await world.startWorker();
      const end = await endOf(run, 400_000);
      expect([end.type, end.message]).toEqual(['succeeded', expect.anything()]);
      expect(await content()).toEqual(['10', 'no', 'one']);
      expect(await listed(end.result!.dataRestored!.stores[0]!.kept)).toBe('two');
      await nothingOfATwin();
    }, 480_000);
  });

  it('that was terminated after a swap keeps everybody from its volume until another one has replaced it, and all runs', async () => {
    const former = await cutShortAfterASwap('app');
    await former.terminate('by a test');
    await world.startWorker();
    const stood = await stack.state();
    const end = await stack.deploy();
    expect([end.type, end.result?.touched]).toEqual(['rejected', []]);
    expect(end.message).toMatch(/uploads may be of two moments.*what there was before is in \S+uploads-before-/);
    expect(await stack.state()).toEqual(stood);

    const { exitCode, result } = await restore('app');
    expect([exitCode, result.outcome]).toEqual([0, 'succeeded']);
    expect(result.warnings).toContainEqual(expect.objectContaining({ rule: 'restore-starts', service: 'app' }));
    expect(await content()).toEqual(['10', 'no', 'one']);
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
    await nothingOfATwin();
  }, 480_000);

  const toItsMiddle: typeof resetToTheBeginning = (_, run) => resetToAfter(world, run, 'chooseRestore');
  inDepth(() => {
    it.each(
      cases<[string, typeof resetToTheBeginning]>(
        [['its middle', toItsMiddle]],
        [['its beginning', resetToTheBeginning]],
      ),
    )(
      'that is reset to %s and cannot go on puts back what its former self has replaced',
      async (_, reset) => {
        const former = await cutShortAfterASwap();
        const end = await whileDamaged(async () => {
          const run = await reset(world, former);
          await world.startWorker();
          return endOf(run, 400_000);
        });
        expect([end.type, end.message]).toEqual(['rolled-back', expect.anything()]);
        expect(end.result).toMatchObject({
          leftovers: [],
          remarks: [expect.stringContaining('has its old content again')],
        });
        expect(await content()).toEqual(OF_LATER);
        await nothingOfATwin();
      },
      480_000,
    );

    it.each([600])(
      'ends by itself when the worker is killed %i ms into a swap',
      async (afterMs) => {
        await world.injectFaults([{ activity: 'swapData', point: 'during', afterMs, action: 'kill' }]);
        const restored = restore();
        await world.workerEnded();
        await world.startWorker();
        const { exitCode, result } = await restored;
        expect([exitCode, result.outcome]).toEqual([0, 'succeeded']);
        expect(await content()).toEqual(OF_THE_BACKUP);
        await nothingOfATwin();
      },
      480_000,
    );
  });
});

inDepth(() =>
  describe('evenkeel restore of what a service is not well on', () => {
    onStackWithBackup((compose) =>
      compose.replace(
        "    volumes: ['uploads:/srv/uploads']",
        `$&
    healthcheck: { test: [CMD-SHELL, 'test ! -e /srv/uploads/one'], interval: 300ms, retries: 2 }`,
      ),
    );

    it.each(['undisturbed', 'killed in it'])(
      'puts the old content back, %s',
      async (how) => {
        await appIsWell();
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
      480_000,
    );

    it('leaves it as it is where nobody has the old content any more, and says what comes next', async () => {
      await appIsWell();
      await world.injectFaults([{ activity: 'putDataBack', point: 'before', action: 'kill' }]);
      const restored = restore('app');
      await world.workerEnded();
      const kept = await docker(['volume', 'ls', '-q', '--filter', `label=evenkeel.kept-of=${stack.name}`]);
      await docker(['volume', 'rm', kept]);
      await world.startWorker();
      const { exitCode, result } = await restored;
      expect([exitCode, result.outcome]).toEqual([3, 'rollback-failed']);
      expect(result.leftovers.map(({ why }) => why)).toContainEqual(
        expect.stringContaining(`there is no volume ${kept} any more`),
      );
      expect(result.next?.command).toBe(`evenkeel restore -p ${stack.name} app`);
      expect(await listed(kept.replace(/-before-.*$/, ''))).toBe('one');
      expect(await docker(['volume', 'ls', '-q', '--filter', `name=${kept}`])).toBe('');
      await nothingOfATwin();
    }, 480_000);
  }),
);
