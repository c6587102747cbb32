import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { awaitHealth } from '../../activities/await-health.js';
import { runOnTwin } from '../../activities/run-on-twin.js';
import { startOnTwin } from '../../activities/start-on-twin.js';
import { postgres } from '../../src/backup/postgres.js';
import type { StoreRef } from '../../src/spec/backup.js';
import { ArgvWatch } from '../support/argv-watch.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { NO_TWIN, stillThere, TwinStack } from '../support/twin-stack.js';

const SECRET = 'tr0ub4dor-and-3';
const POSTGRES = 'evenkeel-local/postgres:15';
const WEB = 'evenkeel-test/web:1';
const STORE: StoreRef = { id: 'postgres-db', type: 'postgres', service: 'db', databases: ['app'] };
const FILES = { 'init.sql': 'create table writes (version int); create table made_by_init ();', note: 'noted' };

/** `writer` writes a row as soon as it starts, wherever it is. */
const yaml = (version: number, name: string) => `
services:
  db:
    image: ${POSTGRES}
    container_name: ${name}-database
    environment: { POSTGRES_PASSWORD: ${SECRET}, POSTGRES_USER: app, POSTGRES_DB: app, POSTGRES_INITDB_ARGS: --no-sync }
    volumes: [ "data:/var/lib/postgresql/data", "./init.sql:/docker-entrypoint-initdb.d/init.sql:ro" ]
    healthcheck: { test: [ CMD, pg_isready, -h, 127.0.0.1 ], interval: 1s, retries: 30 }
    restart: always
    stop_grace_period: 0s
  writer:
    image: ${POSTGRES}
    entrypoint: [ /bin/sh, -c ]
    command: [ 'psql -c "insert into writes values ($$VERSION)" && cat /conf/note && exec sleep 600' ]
    environment: { VERSION: "${version}", PGHOST: db, PGUSER: app, PGDATABASE: app, PGPASSWORD: ${SECRET} }
    volumes: [ "./note:/conf/note", /scratch ]
    depends_on: { db: { condition: service_healthy } }
    restart: always
    stop_grace_period: 0s
  other: { image: ${WEB}, ports: [ "127.0.0.1::8080" ], restart: always, stop_grace_period: 0s }
volumes: { data: {} }
x-evenkeel:
  health: { timeout: 60s, stable_for: 300ms }
  rehearse: { commands: { writer: [ 'psql -Atc "select count(*) from writes where $$VERSION > 0"', 'exit 3', 'no-such' ] } }
`;

jest.setTimeout(120_000);

let stack: TwinStack;
afterEach(() => stack.remove());

const sql = (container: string, query: string): Promise<string> =>
  docker(['exec', container, 'psql', '-U', 'app', '-d', 'app', '-Atc', query]);

describe('a twin of a stack with a database', () => {
  it('proves the backup, runs the release on it, and never touches what is live', async () => {
    stack = await TwinStack.make(yaml, FILES);
    const live = await stack.project.id('db');
    await eventually('the writer has written', async () => (await sql(live, 'select count(*) from writes')) === '1');
    const before = await docker([
      'ps',
      '-q',
      '--no-trunc',
      '--filter',
      `label=com.docker.compose.project=${stack.project.name}`,
    ]);

    const watch = new ArgvWatch();
    const twin = await stack.twin([STORE]);
    expect(twin.waves.map((wave) => wave.map(({ service }) => service))).toEqual([['db'], ['writer']]);
    expect(twin.rehearsed).toEqual(['writer']);
    expect(JSON.stringify(twin)).not.toContain(SECRET);
    const source = await stack.dumped(STORE, postgres);
    expect(await stack.raise(twin, postgres, source)).toMatchObject({
      store: 'postgres-db',
      proven: true,
      countsCompared: 3,
    });
    const twinDb = await stack.onTwin(twin, 'db');
    expect(await sql(twinDb, 'select version from writes')).toBe('1');

    await stack.run.take(startOnTwin, { twin, services: ['writer'] });
    await stack.run.take(startOnTwin, { twin, services: ['writer'] });
    const gate = twin.waves[1]![0]!.gate;
    const verdict = await stack.run.take(awaitHealth, { frozen: twin.frozen, service: 'writer', gate });
    expect(verdict).toMatchObject({ verdict: 'pass' });
    await eventually('it has written', async () => (await sql(twinDb, 'select count(*) from writes')) === '2');
    expect(await sql(live, 'select version from writes')).toBe('1');

    const writer = await stack.onTwin(twin, 'writer');
    const liveAddress = await docker([
      'inspect',
      '-f',
      '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
      live,
    ]);
    const within = (script: string) => docker(['exec', writer, 'sh', '-c', script]).catch(() => 'failed');
    expect(await within('getent hosts other')).toBe('failed');
    expect(await within('getent hosts example.org')).toBe('failed');
    expect(await within(`PGCONNECT_TIMEOUT=3 psql -h ${liveAddress} -c 'select 1'`)).toBe('failed');
    expect(await within(`psql -h ${stack.project.name}-database -Atc 'select count(*) from writes'`)).toBe('2');
    expect(await within('echo twin >/conf/note; cat /conf/note')).toBe('twin');
    expect(await readFile(path.join(stack.project.folder, 'note'), 'utf8')).toBe('noted');

    const [select, three, missing] = twin.commands['writer']!;
    const command = (text: string) => stack.run.take(runOnTwin, { twin, service: 'writer', command: text });
    expect(await command(select!)).toMatchObject({
      verdict: 'pass',
      excerpt: expect.arrayContaining(['2']) as unknown,
    });
    expect(await command(three!)).toMatchObject({ verdict: 'fail', reason: 'exited with 3' });
    expect(await command(missing!)).toMatchObject({ verdict: 'fail', reason: 'exited with 127 (cannot be run)' });

    expect((await watch.stop()).filter((argv) => argv.includes(SECRET))).toEqual([]);
    const mounted = await stack.mountedOn(twin);
    // One of db, two of writer, and two of each container in which a command was run.
    expect(mounted).toHaveLength(9);
    expect(await stack.takeDown(twin)).toEqual({ leftovers: [] });
    expect(await stack.takeDown(twin)).toEqual({ leftovers: [] });
    expect(await stack.twinThings()).toEqual(NO_TWIN);
    expect(await stillThere(mounted)).toEqual([]);
    expect(
      await docker(['ps', '-q', '--no-trunc', '--filter', `label=com.docker.compose.project=${stack.project.name}`]),
    ).toBe(before);
    expect(await sql(live, 'select version from writes')).toBe('1');
    expect((await stat(path.join(stack.run.folder, 'twin', 'frozen', 'compose.yaml'))).mode & 0o777).toBe(0o600);
    await expect(stack.run.take(startOnTwin, { twin, services: ['writer'] })).rejects.toMatchObject({
      type: 'StaleRun',
    });
  });

  it('does not prove a backup that has less in it than was counted', async () => {
    stack = await TwinStack.make(yaml, FILES);
    const twin = await stack.twin([STORE]);
    const source = await stack.dumped(STORE, postgres);
    source.backup.counts = { ...source.backup.counts, 'app.public.writes': 77 };
    const proof = await stack.raise(twin, postgres, source);
    expect(proof).toMatchObject({
      proven: false,
      why: expect.stringContaining('app.public.writes: 77 in the dump') as unknown,
    });
    await stack.takeDown(twin);
    expect(await stack.twinThings()).toEqual(NO_TWIN);
  });
});

describe('a step on a twin', () => {
  it('comes to its end although its children are killed', async () => {
    stack = await TwinStack.make(yaml, FILES);
    const twin = await stack.twin([STORE]);
    const source = await stack.dumped(STORE, postgres);
    let isOver = false;
    const raised = stack.raise(twin, postgres, source).finally(() => (isOver = true));
    let killed = 0;
    await eventually('some are killed, or it is over', async () => {
      killed += await stack.killChildren();
      return isOver || killed >= 3;
    });
    expect(await raised).toMatchObject({ proven: true });
    expect(killed).toBeGreaterThan(0);
    await stack.takeDown(twin);
    expect(await stack.twinThings()).toEqual(NO_TWIN);
  });
});
