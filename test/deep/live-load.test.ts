import { afterEach, expect, it } from '@jest/globals';
import { startOnTwin } from '../../activities/start-on-twin.js';
import { postgres } from '../../src/backup/postgres.js';
import type { StoreRef } from '../../src/spec/backup.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { NO_TWIN, TwinStack } from '../support/twin-stack.js';

/** How many rounds: few are enough to see that it works, many that it always does (`EVENKEEL_TEST_ROUNDS=50`). */
const ROUNDS = Number(process.env['EVENKEEL_TEST_ROUNDS'] ?? 3);
const ROUND_MS = 200_000;
const STORE: StoreRef = { id: 'postgres-db', type: 'postgres', service: 'db', databases: ['app'] };

/** `api` writes as soon as it starts, wherever it is. */
const yaml = (version: number) => `
services:
  db:
    image: evenkeel-local/postgres:15
    environment: { POSTGRES_PASSWORD: secret, POSTGRES_USER: app, POSTGRES_DB: app }
    volumes: [ "data:/var/lib/postgresql/data" ]
    healthcheck: { test: [ CMD, pg_isready, -h, 127.0.0.1 ], interval: 1s, retries: 30 }
    stop_grace_period: 0s
  api:
    image: evenkeel-local/postgres:15
    entrypoint: [ /bin/sh, -c ]
    command: [ 'psql -c "create table if not exists starts (version int); insert into starts values ($$VERSION)" && exec sleep 3600' ]
    environment: { VERSION: "${version}", PGHOST: db, PGUSER: app, PGDATABASE: app, PGPASSWORD: secret }
    depends_on: { db: { condition: service_healthy } }
    stop_grace_period: 0s
volumes: { data: {} }
x-evenkeel: { health: { timeout: 30m, stable_for: 300ms } }
`;

let stack: TwinStack;
afterEach(() => stack.remove());

it(
  'a backup holds, whatever is written to the database while it is made, restored and rehearsed on',
  async () => {
    stack = await TwinStack.make(yaml);
    const live = await stack.project.id('db');
    const sql = (query: string): Promise<string> =>
      docker(['exec', live, 'psql', '-X', '-q', '-U', 'app', '-d', 'app', '-Atc', query]);
    await sql('create table orders (id serial primary key, note text); create table lines (of int references orders)');
    const load = sql(`do $$ declare o int; begin loop
    insert into orders (note) values (repeat('x', 200)) returning id into o;
    insert into lines select o from generate_series(1, 1 + o % 5);
    if o % 7 = 0 then delete from lines where of = o - 3; end if;
    commit; perform pg_sleep(0.002); end loop; end $$`).catch(() => undefined);
    const rows = async (): Promise<number> => Number(await sql('select count(*) from orders'));
    await eventually('it writes', async () => (await rows()) > 0);
    await eventually('the release of now has written', async () => (await sql('select * from starts')) === '1');

    let earlier = 0;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const one = await stack.again();
      const twin = await one.twin([STORE]);
      const source = await one.dumped(STORE, postgres);
      const dumped = source.backup.counts!['app.public.orders']!;
      expect(dumped).toBeGreaterThan(earlier);
      const proof = await one.raise(twin, postgres, source);
      const { proven, why, countsCompared } = proof;
      expect({ round, proven, why, countsCompared }).toEqual({
        round,
        proven: true,
        why: undefined,
        countsCompared: 4,
      });
      await one.run.take(startOnTwin, { twin, services: ['api'] });
      const onTwin = await one.onTwin(twin, 'db');
      const startsOf = (database: string): Promise<string> =>
        docker(['exec', database, 'psql', '-X', '-U', 'app', '-d', 'app', '-Atc', 'select * from starts']);
      await eventually('the release has written on the twin', async () => (await startsOf(onTwin)) === '1\n2');
      expect(await startsOf(live)).toBe('1');
      expect(await rows()).toBeGreaterThan(dumped);
      await one.takeDown(twin);
      earlier = dumped;
    }
    await sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(0.002)%' and pid <> pg_backend_pid()`,
    );
    await load;
    expect(await stack.twinThings()).toEqual(NO_TWIN);
  },
  ROUNDS * ROUND_MS,
);
