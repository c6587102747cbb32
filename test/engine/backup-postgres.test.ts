import { execFile } from 'node:child_process';
import { copyFile, cp, mkdtemp, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compareCounts } from '../../src/backup/compare-counts.js';
import { postgres } from '../../src/backup/postgres.js';
import { verifyStore } from '../../src/backup/verify-store.js';
import type { Dump, DumpPlace } from '../../src/backup/store-kind.js';
import type { StoreBackup, StoreRef } from '../../src/spec/backup.js';
import { ArgvWatch } from '../support/argv-watch.js';
import { encodeName } from '../../src/store/layout.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { cases } from '../support/in-depth.js';
import { StoreWorld } from '../support/store-world.js';

const IMAGE = 'evenkeel-local/postgres:15';
const PASSWORD = 'pa$$ word-7';
const STORE: StoreRef = { id: 'postgres-db', type: 'postgres', service: 'db' };

let world: StoreWorld;
let live: string;
let place: DumpPlace;
let dump: Dump;
let seen: string[];
let backup: StoreBackup;

beforeAll(async () => {
  world = await StoreWorld.make();
  live = await server();
  await sql(
    'shop',
    `create table orders (id serial primary key, note text);
     insert into orders (note) select 'line' || chr(10) || n from generate_series(1, 3000) n;
     create table empty (id int);
     create schema "Odd one"; create table "Odd one"."a.b" (x int); insert into "Odd one"."a.b" values (1), (2);
     create table parts (k int, v text) partition by list (k);
     create table parts_1 partition of parts for values in (1);
     insert into parts values (1, 'x');
     create role reader login password 'r3ader'; grant select on orders to reader;
     alter database shop set search_path = public, "Odd one";`,
  );
  await sql('shop', 'create database "other.one"');
  await sql('other.one', 'create table t (x int); insert into t values (7)');
  place = await world.dumpPlace(live);
  const watch = new ArgvWatch();
  dump = await postgres.dump(STORE, place);
  seen = await watch.stop();
  backup = await world.backup(STORE, dump, live);
});

afterAll(async () => world.remove());

async function server(more: string[] = []): Promise<string> {
  const env = ['-e', `POSTGRES_PASSWORD=${PASSWORD}`, '-e', 'POSTGRES_USER=shop', '-e', 'POSTGRES_DB=shop'];
  const id = await world.run([...env, ...more, IMAGE]);
  await eventually('PostgreSQL answers', async () =>
    docker(['exec', id, 'pg_isready', '-q', '-h', '127.0.0.1']).then(
      () => true,
      () => false,
    ),
  );
  return id;
}

async function sql(database: string, text: string, container = live): Promise<string> {
  return docker([
    'exec',
    container,
    'psql',
    '-X',
    '-q',
    '-At',
    '-v',
    'ON_ERROR_STOP=1',
    '-U',
    'shop',
    '-d',
    database,
    '-c',
    text,
  ]);
}

async function copyOfBackup(): Promise<string> {
  const folder = await mkdtemp(path.join(world.folder, 'copy-'));
  await cp(place.folder, folder, { recursive: true });
  return folder;
}

async function verify(folder: string, of = backup): Promise<void> {
  await postgres.verify(of, { folder, image: of.imageId, scripts: await world.scripts() });
}

const ARCHIVE = 'postgres-db--shop.dump.zst';

describe('a dump of PostgreSQL', () => {
  it('has every database with its exact rows, and the roles', async () => {
    expect(dump.databases).toEqual(['other.one', 'postgres', 'shop']);
    expect(dump.counts).toEqual({
      'shop.public.orders': 3000,
      'shop.public.empty': 0,
      'shop."Odd one"."a.b"': 2,
      'shop.public.parts_1': 1,
      'shop.large objects': 0,
      'postgres.large objects': 0,
      '"other.one".public.t': 1,
      '"other.one".large objects': 0,
    });
    expect(dump.engine).toMatch(/^PostgreSQL 15\.\d+$/);
    expect((await readdir(place.folder)).sort()).toEqual(dump.files.map(({ name }) => name).sort());
    expect(await readFile(path.join(place.folder, 'postgres-db--roles.sql'), 'utf8')).toContain('CREATE ROLE reader;');
    expect(dump.files.map(({ name, compression }) => [name, compression])).toEqual([
      ['postgres-db--roles.sql', undefined],
      [`postgres-db--${encodeName('other.one')}.dump.zst`, 'zstd'],
      ['postgres-db--postgres.dump.zst', 'zstd'],
      ['postgres-db--shop.dump.zst', 'zstd'],
    ]);
    for (const { name, bytes } of dump.files) {
      const { size, mode } = await stat(path.join(place.folder, name));
      expect([size, mode & 0o777]).toEqual([bytes, 0o600]);
    }
    await verify(place.folder);
  });

  it('has its password on no command line, in no file and in no record', async () => {
    expect(seen.some((line) => line.includes('docker exec'))).toBe(true);
    expect(seen.filter((line) => line.includes(PASSWORD))).toEqual([]);
    expect(JSON.stringify(dump)).not.toContain(PASSWORD);
    await expect(promisify(execFile)('grep', ['-rFl', PASSWORD, world.folder])).rejects.toMatchObject({ code: 1 });
  });

  it('comes back whole in a fresh server, which then counts the same', async () => {
    const fresh = await server();
    const onto = await world.restorePlace(fresh, place.folder);
    await eventually('it answers', async () => postgres.answers(backup, onto));
    await postgres.fill!(backup, onto);
    const found = await postgres.count(backup, onto);
    expect(compareCounts(dump.counts, found)).toEqual({ compared: 8, differences: [] });
    expect(await sql('shop', `set role reader; select count(*) from orders`, fresh)).toBe('3000');
    expect(await sql('shop', `show search_path`, fresh)).toBe('public, "Odd one"');
  });

  it.each(cases([1, 5, 9], [2, 3, 4, 6, 7, 8]))('is refused when it is cut off at %i tenths', async (tenths) => {
    const folder = await copyOfBackup();
    const file = path.join(folder, ARCHIVE);
    await truncate(file, Math.floor(((await stat(file)).size * tenths) / 10));
    await expect(verify(folder)).rejects.toThrow(/postgres-db--shop\.dump/);
  });

  it('is refused when its bits are others: the hash tells, whatever pg_restore makes of it', async () => {
    const whole = await readFile(path.join(place.folder, ARCHIVE));
    for (const part of [0.01, 0.2, 0.5, 0.8, 0.99]) {
      const folder = await copyOfBackup();
      const bytes = Buffer.from(whole);
      bytes[Math.floor(bytes.length * part)]! ^= 1;
      await writeFile(path.join(folder, ARCHIVE), bytes);
      const attempt = verifyStore(backup, { folder, image: backup.imageId, scripts: await world.scripts() });
      await expect(attempt).rejects.toThrow(/not what was written/);
    }
  });

  it('is refused when it is a whole archive of an empty database', async () => {
    const folder = await copyOfBackup();
    await docker(['exec', live, 'createdb', '-U', 'shop', 'nothing']);
    const empty = 'docker exec "$1" pg_dump -Fc -Z0 -U shop nothing | zstd -q >"$2"';
    await promisify(execFile)('sh', ['-c', empty, 'empty', live, path.join(folder, ARCHIVE)]);
    await docker(['exec', live, 'dropdb', '-U', 'shop', 'nothing']);
    await expect(verify(folder)).rejects.toThrow(/had \d+ rows when it was dumped/);
  });

  it('is refused when it is of another database', async () => {
    const folder = await copyOfBackup();
    await copyFile(path.join(folder, 'postgres-db--postgres.dump.zst'), path.join(folder, ARCHIVE));
    await expect(verify(folder)).rejects.toThrow(/does not have the table/);
  });

  it('fails for a role that does not exist, in its own words', async () => {
    const of = { ...STORE, databases: ['shop'] };
    await expect(postgres.dump(of, await world.dumpPlace(live, { user: 'nobody' }))).rejects.toThrow(
      /role "nobody" does not exist/,
    );
  });

  it('fails for a role that may not read everything', async () => {
    await sql('shop', `create role weak login password '${PASSWORD}'`);
    const attempt = postgres.dump({ ...STORE, databases: ['shop'] }, await world.dumpPlace(live, { user: 'weak' }));
    await expect(attempt).rejects.toThrow(/permission denied/);
    await sql('shop', `drop role weak`);
  });

  it('fails for a database that is gone', async () => {
    const of = { ...STORE, databases: ['gone'] };
    await expect(postgres.dump(of, await world.dumpPlace(live))).rejects.toThrow(/database "gone" does not exist/);
  });

  it('fails, and names it, where a table is dropped before it has been counted', async () => {
    await sql('shop', 'create table passing (x int)');
    const table = await sql('shop', `select 'passing'::regclass::oid`);
    const isAwaited = `select from pg_locks where not granted and relation = ${table}`;
    const dropping = sql(
      'shop',
      `begin; drop table passing;
       do $$ begin while not exists (${isAwaited}) loop perform pg_sleep(0.05); end loop; end $$;
       commit`,
    );
    const isHeld = `select count(*) from pg_locks where granted and mode = 'AccessExclusiveLock' and relation = ${table}`;
    await eventually('it is being dropped', async () => (await sql('shop', isHeld)) === '1');
    await expect(postgres.dump({ ...STORE, databases: ['shop'] }, await world.dumpPlace(live))).rejects.toThrow(
      /postgres-db--shop.*"public.passing" does not exist/,
    );
    await dropping;
  });

  it('tells no difference while the database is written to', async () => {
    const writing = docker([
      ...['exec', live, 'psql', '-X', '-q', '-U', 'shop', '-d', 'shop', '-c'],
      `do $$ begin for i in 1..400 loop insert into orders (note) values ('more'); commit; perform pg_sleep(0.005); end loop; end $$`,
    ]);
    for (let time = 0; time < 5; time += 1) {
      const into = await world.dumpPlace(live);
      const again = await world.backup(STORE, await postgres.dump({ ...STORE, databases: ['shop'] }, into), live);
      await verify(into.folder, again);
    }
    await writing;
  });

  it('leaves no session behind when it is ended', async () => {
    await sql('shop', 'create table slow (x int)');
    const blocker = docker([
      'exec',
      live,
      'psql',
      '-X',
      '-q',
      '-U',
      'shop',
      '-d',
      'shop',
      '-c',
      'begin; lock table slow; select pg_sleep(20)',
    ]);
    const ours = (): Promise<string> =>
      sql('shop', `select count(*) from pg_stat_activity where application_name = 'evenkeel-${world.name}'`);
    await eventually(
      'the table is locked',
      async () => (await sql('shop', `select count(*) from pg_locks where relation = 'slow'::regclass`)) !== '0',
    );
    const ending = new AbortController();
    const into = await world.dumpPlace(live, { scripts: await world.scripts(ending.signal) });
    const attempt = postgres.dump({ ...STORE, databases: ['shop'] }, into);
    const failed = expect(attempt).rejects.toThrow();
    await eventually('the dump waits for the lock', async () => (await ours()) !== '0');
    ending.abort(new Error('aborted'));
    await failed;
    expect(await ours()).toBe('0');
    await sql(
      'shop',
      `select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(20)%' and pid <> pg_backend_pid()`,
    );
    await blocker.catch(() => undefined);
    await sql('shop', 'drop table slow');
  });

  it('is begun anew when it was killed, and the killed one has left the server', async () => {
    await sql('shop', 'create table slow (x int)');
    const holder = docker([
      ...['exec', live, 'psql', '-X', '-q', '-U', 'shop', '-d', 'shop', '-c'],
      'begin; lock table slow; select pg_sleep(30)',
    ]);
    const waiting = `select pid from pg_stat_activity where application_name = 'evenkeel-${world.name}' and wait_event_type = 'Lock'`;
    await eventually(
      'the table is locked',
      async () => (await sql('shop', `select count(*) from pg_locks where relation = 'slow'::regclass`)) !== '0',
    );
    const into = await world.dumpPlace(live);
    const attempt = postgres.dump({ ...STORE, databases: ['shop'] }, into);
    await eventually('the dump waits for the lock', async () => (await sql('shop', waiting)) !== '');
    const first = await sql('shop', waiting);
    const children = path.join(path.dirname(into.scripts.scratch), 'children');
    const identity = await readFile(path.join(children, encodeName(`dump-${ARCHIVE}`), 'process'), 'utf8');
    process.kill(-Number.parseInt(identity, 10), 'SIGKILL');
    await eventually('another one waits', async () => !['', first].includes(await sql('shop', waiting)));
    await sql(
      'shop',
      `select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(30)%' and pid <> pg_backend_pid()`,
    );
    await holder.catch(() => undefined);
    expect((await attempt).counts).toMatchObject({ 'shop.public.slow': 0 });
    await sql('shop', 'drop table slow');
  });

  it.each(['scram-sha-256', 'peer'])('is made where the socket asks for %s', async (method) => {
    const asking = await server();
    const file = '/var/lib/postgresql/data/pg_hba.conf';
    await docker(['exec', asking, 'sed', '-i', `s/^\\(local.*\\)trust$/\\1${method}/`, file]);
    await docker(['exec', asking, 'su', 'postgres', '-c', 'kill -HUP 1']);
    const refused = () =>
      sql('shop', 'select 1', asking).then(
        () => false,
        () => true,
      );
    await eventually('the socket lets nobody in without', refused);
    expect((await postgres.dump(STORE, await world.dumpPlace(asking))).databases).toEqual(['postgres', 'shop']);
  });

  it('fails with the room that is left when the disk is full', async () => {
    const small = await mkdtemp(path.join(world.folder, 'small-'));
    await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'none', small]);
    try {
      await expect(postgres.dump(STORE, await world.dumpPlace(live, { folder: small }))).rejects.toThrow(
        /KiB are free/,
      );
    } finally {
      await promisify(execFile)('umount', [small]);
    }
  });
});
