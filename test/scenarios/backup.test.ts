import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { BackupManifest } from '../../src/spec/backup.js';
import { backupsFolder } from '../../src/store/backups.js';
import { docker } from '../support/docker-cli.js';
import { inDepth } from '../support/in-depth.js';
import { normaliseInspect } from '../support/normalise-inspect.js';
import { oneHost } from '../support/one-host.js';
import type { TestStack } from '../support/test-stack.js';

const host = oneHost();
let stack: TestStack;

async function evenkeel(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return host.world.evenkeel(['--json', ...args], { cwd: stack.directory });
}

describe('evenkeel backup', () => {
  it('backs all data of a running stack up, proves it on a twin, and leaves the stack as it was', async () => {
    stack = await host.make('stores');
    await stack.compose('up', '-d', '--wait');
    await stack.exec('db', 'psql', '-U', 'shop', '-c', 'create table orders as select generate_series(1, 1000) id');
    await stack.exec('cache', 'redis-cli', 'set', 'kept', 'yes');
    await stack.exec('app', 'sh', '-c', 'echo picture >/srv/uploads/one');
    const before = (await stack.inspect()).map(normaliseInspect);

    const created = await evenkeel('-p', stack.name, 'backup', 'create', '--reason', 'to see');
    expect([created.exitCode, created.stderr]).toEqual([0, expect.anything()]);
    expect((await stack.inspect()).map(normaliseInspect)).toEqual(before);
    expect(await docker(['ps', '-aq', '--filter', `name=${stack.name}-twin`])).toBe('');
    expect(await docker(['volume', 'ls', '-q', '--filter', `name=${stack.name}-twin`])).toBe('');

    const [backup, ...others] = JSON.parse(
      (await evenkeel('-p', stack.name, 'backup', 'list')).stdout,
    ) as BackupManifest[];
    expect(others).toEqual([]);
    expect(backup!.stores.map(({ id }) => id)).toEqual(['postgres-db', 'redis-cache', 'volume-uploads']);
    expect(backup!.proofs.map(({ store, proven }) => [store, proven]).sort()).toEqual([
      ['postgres-db', true],
      ['redis-cache', true],
      ['volume-uploads', true],
    ]);
    expect(backup!.stores[0]!.counts).toMatchObject({ 'shop.public.orders': 1000 });
    expect((await evenkeel('-p', stack.name, 'backup', 'verify')).exitCode).toBe(0);
    const cannotLook = await host.world.evenkeel(['--json', '-p', stack.name, 'backup', 'verify'], {
      cwd: stack.directory,
      env: { DOCKER_HOST: `unix://${stack.directory}/no-engine.sock` },
    });
    expect([cannotLook.exitCode, JSON.parse(cannotLook.stdout)]).toMatchObject([
      6,
      {
        ok: false,
        stores: [
          { store: 'postgres-db', ok: false, unread: true },
          { store: 'redis-cache', ok: false, unread: true },
          { store: 'volume-uploads', ok: true },
        ],
      },
    ]);
    await writeFile(path.join(stack.directory, 'docker'), '#!/bin/sh\n[ "$1" != run ] || exit 125\n', { mode: 0o700 });
    const lacksImage = await host.world.evenkeel(['--json', '-p', stack.name, 'backup', 'verify'], {
      cwd: stack.directory,
      env: { PATH: `${stack.directory}:${process.env['PATH']}` },
    });
    expect([lacksImage.exitCode, JSON.parse(lacksImage.stdout)]).toMatchObject([
      6,
      { stores: [{ unread: true }, { unread: true }, { ok: true }] },
    ]);

    const folder = path.join(backupsFolder({ home: host.world.stateFolder, lockDir: '' }, stack.name), backup!.id);
    const dump = (await readdir(folder)).find((name) => name.includes('shop.dump'))!;
    await truncate(path.join(folder, dump), 500);
    const damaged = await evenkeel('-p', stack.name, 'backup', 'verify', backup!.id);
    expect([damaged.exitCode, JSON.parse(damaged.stdout)]).toMatchObject([1, { ok: false }]);
  }, 240_000);

  inDepth(() => {
    it('calls files of a database proven only once its server has come up on them', async () => {
      stack = await host.make('stores');
      const asFiles = '\n    x-evenkeel: { backup: { type: volume }, health: { stable_for: 1s } }';
      await stack.edit('compose.yaml', (text) => text.replace('postgres:15', `postgres:15${asFiles}`));
      await stack.compose('up', '-d', '--wait', 'db');
      const backups = async (): Promise<BackupManifest[]> =>
        JSON.parse((await evenkeel('-p', stack.name, 'backup', 'list')).stdout) as BackupManifest[];
      const proofs = ({ proofs: all }: BackupManifest) => all.map(({ store, proven, why }) => [store, proven, why]);

      expect((await evenkeel('-p', stack.name, 'backup', 'create')).exitCode).toBe(0);
      const [sound] = await backups();
      expect(sound!.stores).toMatchObject([{ id: 'volume-pg', filesOf: 'PostgreSQL', consistency: 'fuzzy' }]);
      expect(proofs(sound!)).toEqual([['volume-pg', true, undefined]]);
      const shown = await host.world.evenkeel(['-p', stack.name, 'backup', 'show'], { cwd: stack.directory });
      expect(shown.stdout).toContain('files of PostgreSQL, fuzzy (crash-consistent at best)');

      // The live server holds on to what it has open; no other one starts on the rest.
      const before = (await stack.inspect()).map(normaliseInspect);
      await stack.exec('db', 'sh', '-c', 'mv "$PGDATA/global/pg_control" /tmp/');
      const refused = await evenkeel('-p', stack.name, 'backup', 'create');
      await stack.exec('db', 'sh', '-c', 'cp -p /tmp/pg_control "$PGDATA/global/"');
      expect([refused.exitCode, JSON.parse(refused.stdout)]).toMatchObject([
        4,
        { outcome: 'rejected', failure: { message: expect.stringContaining('PostgreSQL does not come up well') } },
      ]);
      expect((await stack.inspect()).map(normaliseInspect)).toEqual(before);
      expect(await docker(['ps', '-aq', '--filter', `name=${stack.name}-twin`])).toBe('');
      const [useless, ...others] = await backups();
      expect([proofs(useless!), others.length]).toEqual([
        [['volume-pg', false, expect.stringContaining('consistency: stop')]],
        1,
      ]);
    }, 240_000);
  });

  it('drills what is there, finds its runs by the stack, and prunes what nobody needs', async () => {
    stack = await host.make('stores');
    await stack.compose('up', '-d', '--wait', 'cache');
    await stack.exec('cache', 'redis-cli', 'set', 'kept', 'yes');
    const before = (await stack.inspect()).map(normaliseInspect);
    const verb = (...args: string[]) => evenkeel('-p', stack.name, ...args);
    const backups = async (): Promise<BackupManifest[]> =>
      JSON.parse((await verb('backup', 'list')).stdout) as BackupManifest[];
    expect((await verb('backup', 'create')).exitCode).toBe(0);
    const [first] = await backups();

    expect((await verb('backup', 'drill')).exitCode).toBe(0);
    const [drilled, ...others] = await backups();
    expect(others).toEqual([]);
    expect(drilled!.proofs).toMatchObject([{ store: 'redis-cache', proven: true }]);
    expect(drilled!.proofs[0]!.atMs).toBeGreaterThan(first!.proofs[0]!.atMs);

    const file = path.join(
      backupsFolder({ home: host.world.stateFolder, lockDir: '' }, stack.name),
      first!.id,
      first!.stores[0]!.files[0]!.name,
    );
    const bytes = await readFile(file);
    bytes[bytes.length >> 1]! ^= 16;
    await writeFile(file, bytes);
    const damaged = await verb('backup', 'drill', first!.id);
    expect([damaged.exitCode, JSON.parse(damaged.stdout)]).toMatchObject([4, { outcome: 'rejected', touched: [] }]);
    expect((await backups())[0]!.proofs).toMatchObject([{ store: 'redis-cache', proven: false }]);
    const followed = await verb('follow');
    expect([followed.exitCode, followed.stdout]).toEqual([4, expect.stringContaining(`backup/any/${stack.name}`)]);
    expect((await stack.inspect()).map(normaliseInspect)).toEqual(before);
    expect(await docker(['ps', '-aq', '--filter', `name=${stack.name}-twin`])).toBe('');

    await host.world.injectFaults([{ activity: 'dumpStore', point: 'before', action: 'fail', times: 1000 }]);
    const begun = await verb('backup', 'create', '--detach');
    const { workflowId } = JSON.parse(begun.stdout) as { workflowId: string };
    const aborted = await verb('abort', '--yes');
    expect([aborted.exitCode, JSON.parse(aborted.stdout)]).toMatchObject([0, { workflowId }]);
    expect((await verb('follow', workflowId)).exitCode).toBe(1);
    await host.world.injectFaults([]);

    expect((await verb('backup', 'create')).exitCode).toBe(0);
    const spare = await verb('backup', 'prune', '--keep', '1', '--dry-run');
    expect(JSON.parse(spare.stdout)).toEqual({ keep: 1, spare: [first!.id], removed: [] });
    expect(JSON.parse((await verb('backup', 'prune', '--yes')).stdout)).toEqual({ keep: 7, spare: [], removed: [] });
    expect((await verb('backup', 'prune', '--keep', '1')).exitCode).toBe(2);
    expect(await backups()).toHaveLength(2);
    expect((await verb('backup', 'prune', '--keep', '1', '--yes')).exitCode).toBe(0);
    expect((await backups()).map(({ proofs }) => proofs[0]!.proven)).toEqual([true]);
  }, 600_000);
});
