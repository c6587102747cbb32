import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { dumpStore } from '../../activities/dump-store.js';
import { freezeConfig } from '../../activities/freeze-config.js';
import { discardBackup, noteProof, sealBackup } from '../../activities/seal-backup.js';
import { selectStores } from '../../activities/select-stores.js';
import { noteHeld } from '../../src/backup/held-containers.js';
import { childScripts } from '../../src/backup/scripts.js';
import { verifyStore } from '../../src/backup/verify-store.js';
import type { StoreBackup, StoreSelection } from '../../src/spec/backup.js';
import type { FrozenRef } from '../../src/spec/stack-spec.js';
import { backupsFolder, draftFolder, listBackups, openBackup } from '../../src/store/backups.js';
import { addStack } from '../../src/store/registry.js';
import type { World } from '../../activities/world.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { HostWorld, type Run } from '../support/host-world.js';
import { inDepth } from '../support/in-depth.js';

const PASSWORD = 'hunter2-very-secret';
const COMPOSE = `
services:
  db:
    image: evenkeel-local/postgres:15
    environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD_FILE: /run/secrets/db, POSTGRES_INITDB_ARGS: --no-sync }
    secrets: [db]
    volumes: [pg:/var/lib/postgresql/data]
    healthcheck: { test: [CMD, pg_isready, -h, 127.0.0.1], interval: 1s, start_period: 3m, start_interval: 1s }
  pooler:
    image: evenkeel-local/pgbouncer:1
    scale: 0
  cache:
    image: evenkeel-local/redis:7
  api:
    image: evenkeel-test/web:1
    environment: { DATABASE_URL: "postgres://shop:x@db:5432/shop", PATTERN: "dbx cache-me" }
    volumes: ["uploads:/srv/uploads", "./notes:/srv/notes", "/tmp:/elsewhere", "./compose.yaml:/one-file"]
  other:
    image: evenkeel-test/web:1
    environment: { CACHE: "redis://cache" }
secrets: { db: { environment: DB_PASSWORD } }
volumes: { pg: {}, uploads: {} }
`.replace(/ {2}pooler:\n.*\n.*\n/, '');

jest.setTimeout(120_000);

let host: HostWorld;
let stack: string;
let directory: string;

beforeEach(async () => {
  host = await HostWorld.make();
  stack = `ek-test-backup-${randomBytes(3).toString('hex')}`;
  directory = await mkdtemp(path.join(os.tmpdir(), `${stack}-`));
  await mkdir(path.join(directory, 'notes'));
  await writeFile(path.join(directory, 'notes', 'one'), 'hello');
});

afterEach(async () => {
  await docker(['compose', '-p', stack, 'down', '-v', '-t', '0', '--remove-orphans']);
  await rm(directory, { recursive: true, force: true });
  await host.remove();
});

async function up(yaml = COMPOSE): Promise<void> {
  await writeFile(path.join(directory, 'compose.yaml'), yaml);
  const entry = { name: stack, directory, files: [], envFiles: [], profiles: [], addedAt: new Date().toISOString() };
  await addStack(host.world.layout, { ...entry, capturedEnv: ['DB_PASSWORD'] }, { DB_PASSWORD: PASSWORD });
  const place = ['-f', path.join(directory, 'compose.yaml'), '--project-directory', directory, '-p', stack];
  await docker(['compose', ...place, 'up', '-d', '--wait'], { DB_PASSWORD: PASSWORD });
}

interface Begun {
  run: Run;
  frozen: FrozenRef;
}

async function begin(): Promise<Begun> {
  const run = await host.run(stack);
  const { frozen, findings } = await run.take(freezeConfig, { services: [], pull: false });
  if (!frozen) throw new Error(JSON.stringify(findings));
  return { run, frozen };
}

async function select({ run, frozen }: Begun, ...services: string[]): Promise<StoreSelection> {
  return run.take(selectStores, { frozen, services });
}

async function backUp({ run, frozen }: Begun, id: string, selection: StoreSelection): Promise<StoreBackup[]> {
  return Promise.all(selection.stores.map((store) => run.take(dumpStore, { frozen, backup: id, store })));
}

describe('the steps of a backup', () => {
  it('dump what a changed service can reach, seal it, and find its proof again', async () => {
    await up(`x-evenkeel: { backup: { max_age: 1h } }\n${COMPOSE}`);
    const begun = await begin();
    const selection = await select(begun, 'api');
    expect(selection.findings).toEqual([]);
    expect(selection.stores.map(({ id, sizeBytes }) => [id, sizeBytes! > 0])).toEqual([
      ['postgres-db', true],
      ['volume-api-srv%2Fnotes', true],
      ['volume-uploads', true],
    ]);
    expect(selection.left).toEqual(
      expect.arrayContaining([
        { what: '/tmp', why: expect.stringContaining('outside') },
        { what: path.join(directory, 'compose.yaml'), why: expect.stringContaining('single file') },
        { what: 'redis-cache', why: 'no service that changes can reach it' },
      ]),
    );

    const stores = await backUp(begun, 'one', selection);
    expect(await backUp(begun, 'one', selection)).toEqual(stores);
    expect(stores.every(({ counts }) => counts === undefined)).toBe(true);
    expect(await listBackups(host.world.layout, stack)).toEqual([]);
    const { reused, left } = selection;
    const summary = await begun.run.take(sealBackup, { backup: 'one', stores, reused, left });
    expect(await begun.run.take(sealBackup, { backup: 'one', stores, reused, left })).toEqual(summary);
    expect(summary.stores.map(({ store }) => store)).toEqual(selection.stores.map(({ id }) => id));

    const { folder, manifest } = (await openBackup(host.world.layout, stack, 'one'))!;
    expect(await readdir(backupsFolder(host.world.layout, stack))).toEqual(['one']);
    expect((await readdir(folder)).sort()).toEqual(
      ['manifest.json', ...manifest.stores.flatMap(({ files }) => files.map(({ name }) => name))].sort(),
    );
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readFile(path.join(folder, 'manifest.json'), 'utf8')).not.toContain(PASSWORD);
    const scripts = await childScripts({
      runFolder: begun.run.folder,
      env: process.env as Record<string, string>,
      redact: (text) => text,
    });
    for (const store of manifest.stores) await verifyStore(store, { folder, image: store.imageId, scripts });

    expect((await select(await begin(), 'api')).reused).toEqual([]);
    const proof = { proven: true, restoreMs: 1, countsCompared: 1, atMs: Date.now() };
    const later = await begin();
    // An attempt that was killed was removing one.
    const backups = backupsFolder(host.world.layout, stack);
    await cp(folder, path.join(backups, '.draft-zero'), { recursive: true });
    await later.run.take(noteProof, { backup: 'one', proofs: [{ store: 'postgres-db', ...proof }] });
    expect(await readdir(backups)).toEqual(['one']);
    const again = await select(later, 'api');
    expect(again.reused.map(({ store, backup }) => [store.id, backup])).toEqual([['postgres-db', 'one']]);
    expect(again.stores.map(({ id }) => id)).toEqual(['volume-api-srv%2Fnotes', 'volume-uploads']);

    await truncate(path.join(folder, manifest.stores[0]!.files[1]!.name), 100);
    await expect(
      verifyStore(manifest.stores[0]!, { folder, image: manifest.stores[0]!.imageId, scripts }),
    ).rejects.toThrow(/bytes/);
  });

  it('leave nothing of a backup that was not sealed', async () => {
    await up();
    const begun = await begin();
    const selection = await select(begun, 'other');
    expect(selection.stores.map(({ id }) => id)).toEqual(['redis-cache']);
    await backUp(begun, 'one', selection);
    await backUp(begun, 'two', selection);
    expect(await readdir(backupsFolder(host.world.layout, stack))).toEqual(['.draft-two']);
    await begun.run.take(discardBackup, { backup: 'two' });
    expect(await readdir(backupsFolder(host.world.layout, stack))).toEqual([]);
  });

  inDepth(() => {
    it('leave nothing paused, whether a backup is discarded or the next one finds it', async () => {
      await up();
      const begun = await begin();
      const [store] = (await select(begun, 'other')).stores;
      const cache = await docker(['compose', '-p', stack, 'ps', '-q', 'cache']);
      const stateOf = () => docker(['inspect', '-f', '{{.State.Status}}', cache]);
      const dead = async (id: string): Promise<void> => {
        const folder = await draftFolder({ layout: host.world.layout, stack, id });
        await noteHeld(folder, 'volume-x', () =>
          Promise.resolve({ how: 'paused', beside: `${stack}-none`, containers: [cache] }),
        );
        await docker(['pause', cache]);
      };
      await dead('one');
      await begun.run.take(discardBackup, { backup: 'one' });
      expect(await stateOf()).toBe('running');
      await dead('two');
      await begun.run.take(dumpStore, { frozen: begun.frozen, backup: 'three', store: store! });
      expect(await stateOf()).toBe('running');
      expect(await readdir(backupsFolder(host.world.layout, stack))).toEqual(['.draft-three']);
    });
  });

  it('reject what is too large, cannot be entered, or would be kept in a build context', async () => {
    await up(
      `x-evenkeel: { backup: { max_size: 1m, directory: ./kept } }\n${COMPOSE}`
        .replace('  other:\n', '  other:\n    build: .\n    depends_on: [db, cache]\n')
        .replace('  cache:\n', '  cache:\n    x-evenkeel: { backup: { type: postgres } }\n'),
    );
    const { findings } = await select(await begin(), 'other');
    expect(findings.map(({ rule, service }) => [rule, service])).toEqual([
      ['backup-impossible', 'cache'],
      ['backup-too-large', 'db'],
      ['backup-in-build-context', 'other'],
    ]);
    expect(findings[1]!.remedy).toContain('max_size: 1gb');
  });

  inDepth(() => {
    it('wait for a server that does not answer for a moment, and leave none out that does not answer at all', async () => {
      await up();
      const cache = await docker(['compose', '-p', stack, 'ps', '-q', 'cache']);
      const programs = path.join(host.folder, 'programs');
      const asked = path.join(host.folder, 'asked');
      await mkdir(programs);
      const real = (process.env['PATH'] ?? '').split(':').map((folder) => path.join(folder, 'docker'));
      const asking = `#!/bin/sh\n[ "$1" = exec ] && echo >>${asked}\nfor one in ${real.join(' ')}; do [ ! -x $one ] || exec $one "$@"; done\n`;
      await writeFile(path.join(programs, 'docker'), asking, { mode: 0o755 });
      const watched = (world: World) =>
        selectStores({ ...world, env: { ...world.env, PATH: `${programs}:${process.env['PATH']}` } });
      const { run, frozen } = await begin();
      await docker(['pause', cache]);
      const selecting = run.take(watched, { frozen, services: ['other'] });
      await eventually('it asks again', async () => (await readFile(asked, 'utf8').catch(() => '')).length > 1);
      await docker(['unpause', cache]);
      expect(await selecting).toMatchObject({ stores: [{ id: 'redis-cache' }], left: expect.anything(), findings: [] });

      await docker(['exec', cache, 'redis-cli', 'config', 'set', 'requirepass', 'nobody-knows']);
      expect((await select({ run, frozen }, 'other')).findings).toMatchObject([
        { rule: 'backup-impossible', severity: 'error', service: 'cache' },
      ]);
    });

    it('leave what follows another one of the stack, and say what of a database is not dumped', async () => {
      const follower = (of: string): string =>
        COMPOSE.replace(
          '  api:\n',
          `  copy:\n    image: evenkeel-local/redis:7\n    command: [redis-server, --replicaof, ${of}, "6379"]\n    volumes: ["follows:/data"]\n  api:\n`,
        )
          .replace('CACHE: "redis://cache"', 'CACHE: "redis://copy"')
          .replace('volumes: { pg: {}, ', 'volumes: { pg: {}, follows: {}, ');
      await up(follower('cache'));
      const { stores, left, findings } = await select(await begin(), 'other');
      expect([stores.map(({ id }) => id), findings]).toEqual([['redis-cache'], []]);
      expect(left).toContainEqual({ what: 'redis-copy', why: expect.stringContaining('follows another one') });

      await docker(['compose', '-p', stack, 'exec', 'db', 'createdb', '-U', 'shop', '-T', 'template0', 'mould']);
      const mould = "update pg_database set datistemplate = true where datname = 'mould'";
      await docker(['compose', '-p', stack, 'exec', 'db', 'psql', '-U', 'shop', '-c', mould]);
      expect((await select(await begin())).left).toContainEqual({
        ...{ what: 'postgres-db, database mould', why: 'it is a template' },
      });

      await docker(['compose', '-p', stack, 'exec', 'copy', 'redis-cli', 'replicaof', 'elsewhere', '6379']);
      await docker(['compose', '-p', stack, 'stop', '-t', '0', 'cache']);
      expect((await select(await begin(), 'other')).findings).toMatchObject([
        { rule: 'backup-impossible', service: 'copy', message: expect.stringContaining('none of this stack') },
      ]);
    });

    it('do not believe a proof of which a file is gone, or that is of fewer databases', async () => {
      await up(`x-evenkeel: { backup: { max_age: 1h } }\n${COMPOSE}`);
      const begun = await begin();
      const selection = await select(begun, 'api');
      const stores = await backUp(begun, 'one', selection);
      await begun.run.take(sealBackup, { backup: 'one', stores, reused: [], left: [] });
      const proof = { proven: true, restoreMs: 1, countsCompared: 1, atMs: Date.now() };
      const proofs = stores.map(({ id }) => ({ store: id, ...proof }));
      await begun.run.take(noteProof, { backup: 'one', proofs });
      const reused = async (): Promise<string[]> => (await select(begun, 'api')).reused.map(({ store }) => store.id);
      expect(await reused()).toHaveLength(3);

      await docker(['compose', '-p', stack, 'exec', 'db', 'createdb', '-U', 'shop', 'later']);
      expect(await reused()).not.toContain('postgres-db');
      const { folder, manifest } = (await openBackup(host.world.layout, stack, 'one'))!;
      const uploads = manifest.stores.find(({ id }) => id === 'volume-uploads')!;
      await rm(path.join(folder, uploads.files[0]!.name));
      expect(await reused()).toEqual(['volume-api-srv%2Fnotes']);

      const { reused: earlier } = await select(begun, 'api');
      const summary = await begun.run.take(sealBackup, { backup: 'two', stores: [], reused: earlier, left: [] });
      expect(summary).toMatchObject({ stores: [], reused: [{ store: 'volume-api-srv%2Fnotes', backup: 'one' }] });
    });
  });

  it('refuse to stop a database for a copy beside its dump, though it only reads what is copied', async () => {
    await up(
      COMPOSE.replace(
        'volumes: [pg:/var/lib/postgresql/data]',
        'volumes: [pg:/var/lib/postgresql/data, uploads:/in:ro]',
      ).replace(
        '    environment: { DATABASE_URL',
        '    x-evenkeel: { backup: { consistency: stop } }\n    environment: { DATABASE_URL',
      ),
    );
    const { findings } = await select(await begin(), 'api');
    expect(findings.map(({ rule, severity, service }) => [rule, severity, service])).toEqual([
      ['backup-stops-database', 'error', 'api'],
    ]);
    expect(findings[0]!.message).toMatch(/volume-uploads.*consistency: stop in api.*db/);
  });

  inDepth(() => {
    it('measure a volume once, however long it takes and whoever waits for it', async () => {
      await up();
      const programs = path.join(host.folder, 'programs');
      const [begun, may] = [path.join(host.folder, 'begun'), path.join(host.folder, 'may-end')];
      await mkdir(programs);
      const du = `#!/bin/sh\necho "$*" >>${begun}\nuntil [ -e ${may} ]; do sleep 0.05; done\necho "7 there"\n`;
      await writeFile(path.join(programs, 'du'), du, { mode: 0o755 });
      const one = await begin();
      const slow = (world: World) =>
        selectStores({ ...world, env: { ...world.env, PATH: `${programs}:${process.env['PATH']}` } });
      const asked = { frozen: one.frozen, services: ['other', 'api'] };
      const first = one.run.take(slow, asked);
      await eventually('it measures', async () => (await readFile(begun, 'utf8').catch(() => '')) !== '');
      const second = one.run.take(slow, asked);
      await writeFile(may, '');
      const volumes = ({ stores }: StoreSelection) =>
        stores.filter(({ type }) => type === 'volume').map(({ sizeBytes }) => sizeBytes);
      expect([volumes(await first), volumes(await second)]).toEqual([
        [7168, 7168],
        [7168, 7168],
      ]);
      const measured = (await readFile(begun, 'utf8')).trim().split('\n');
      expect([measured.length, new Set(measured).size]).toEqual([4, 4]);
    });

    it('measure a hollow file as large as it is once it is restored', async () => {
      await up();
      await docker(['compose', '-p', stack, 'exec', 'api', 'truncate', '-s', '300M', '/srv/uploads/hollow']);
      const { stores } = await select(await begin(), 'api');
      expect(stores.find(({ id }) => id === 'volume-uploads')!.sizeBytes).toBeGreaterThan(300e6);
    });
  });

  it('keep backups where the configuration says', async () => {
    const elsewhere = path.join(host.folder, 'elsewhere');
    await up(`x-evenkeel: { backup: { directory: ${elsewhere}, keep: 1 } }\n${COMPOSE}`);
    const begun = await begin();
    const selection = await select(begun, 'other');
    for (const id of ['one', 'two']) {
      const stores = await backUp(begun, id, selection);
      await begun.run.take(sealBackup, { backup: id, stores, reused: [], left: [] });
      const proofs = [{ store: 'redis-cache', proven: id === 'two', restoreMs: 1, countsCompared: 1, atMs: 1 }];
      await begun.run.take(noteProof, { backup: id, proofs });
    }
    expect(await readdir(path.join(elsewhere, stack))).toEqual(['two']);
    expect((await listBackups(host.world.layout, stack)).map(({ id }) => id)).toEqual(['two']);
  });
});
