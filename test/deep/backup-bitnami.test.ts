import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { lookAtServer, ownDatabases, postgres } from '../../src/backup/postgres.js';
import type { StoreRef } from '../../src/spec/backup.js';
import { repository } from '../support/deployment-world.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { StoreWorld } from '../support/store-world.js';

const IMAGE = 'ek-test-bitnami/postgresql:15';
const PASSWORD = 'app-pass-7';
const STORE: StoreRef = { id: 'postgres-db', type: 'postgres', service: 'db' };
const OF_ITS_OWN = ['-e', 'POSTGRESQL_USERNAME=app', '-e', 'POSTGRESQL_DATABASE=shop'];

jest.setTimeout(240_000);

let world: StoreWorld;
beforeAll(async () => {
  world = await StoreWorld.make();
  await docker(['build', '-q', '-t', IMAGE, path.join(repository, 'test/support/images/bitnami-postgresql')]);
}, 120_000);
afterAll(async () => {
  await world.remove();
  await docker(['image', 'rm', '-f', IMAGE]);
}, 60_000);

async function answers(container: string): Promise<void> {
  const store = { ...STORE, files: [], imageId: '', takenAtMs: 0, durationMs: 0 };
  const place = await world.restorePlace(container, '/');
  await eventually('it answers', () => postgres.answers(store, place));
}

async function sql(container: string, text: string): Promise<string> {
  const command = [
    'exec',
    '-e',
    'PGPASSWORD',
    container,
    'psql',
    '-X',
    '-q',
    '-h',
    '127.0.0.1',
    '-U',
    'app',
    '-d',
    'shop',
  ];
  return docker([...command, '-Atc', text], { PGPASSWORD: PASSWORD });
}

describe('PostgreSQL as Bitnami has it', () => {
  it.each([
    ['a user of its own, who is no superuser', OF_ITS_OWN, ['shop']],
    ['a superuser with a password', [...OF_ITS_OWN, '-e', 'POSTGRESQL_POSTGRES_PASSWORD=s'], ['postgres', 'shop']],
  ])('with %s is dumped, and comes back whole', async (_way, more, databases) => {
    const settings = ['-e', `POSTGRESQL_PASSWORD=${PASSWORD}`, ...more];
    const live = await world.run([...settings, IMAGE]);
    await answers(live);
    await sql(live, 'create table orders as select generate_series(1, 300) id');

    const place = await world.dumpPlace(live);
    const server = await lookAtServer(place);
    expect(ownDatabases(server).map(({ name }) => name)).toEqual(databases);
    const dump = await postgres.dump(STORE, place);
    expect([dump.databases, dump.counts]).toEqual([databases, expect.objectContaining({ 'shop.public.orders': 300 })]);
    const backup = await world.backup(STORE, dump, live);

    const fresh = await world.run([...settings, IMAGE]);
    await answers(fresh);
    const into = await world.restorePlace(fresh, place.folder);
    await postgres.fill!(backup, into);
    expect(await postgres.count(backup, into)).toEqual(backup.counts);
    expect(await sql(fresh, 'select count(*) from orders')).toBe('300');
  });

  it('is entered with the password that stands in a file', async () => {
    const file = ['-e', 'POSTGRESQL_PASSWORD_FILE=/tmp/password', '--entrypoint', 'sh'];
    const begin = `printf %s ${PASSWORD} >/tmp/password; exec /opt/bitnami/scripts/postgresql/entrypoint.sh /opt/bitnami/scripts/postgresql/run.sh`;
    const live = await world.run([...OF_ITS_OWN, ...file, IMAGE, '-c', begin]);
    await answers(live);
    expect(await lookAtServer(await world.dumpPlace(live))).toMatchObject({ user: 'app', isSuper: false });
  });
});
