import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ContainerInspect } from '../../src/docker/engine.js';
import { checkStack, lookAtStack } from '../../activities/look-at-stack.js';
import type { World } from '../../activities/world.js';
import type { StoreBackup } from '../../src/spec/backup.js';
import type { Check, CheckReport, HealthReport } from '../../src/spec/check-report.js';
import { draftFolder, noteStore, sealDraft } from '../../src/store/backups.js';
import { readHealth } from '../../src/store/health-state.js';
import { addStack } from '../../src/store/registry.js';
import { docker, testProject, type TestProject } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { HostWorld, type Run } from '../support/host-world.js';
import { normaliseInspect } from '../support/normalise-inspect.js';

const SECRETS = ['pg-secret-of-the-test', 'redis-secret-of-the-test'];
const YAML = `
x-web: &web
  image: "evenkeel-test/web:1"
  stop_grace_period: 0s
  environment: { DATABASE_URL: "postgres://shop:${SECRETS[0]}@db/shop" }
services:
  db:
    image: evenkeel-local/postgres:15
    stop_grace_period: 1s
    environment: { POSTGRES_USER: shop, POSTGRES_DB: shop, POSTGRES_PASSWORD: ${SECRETS[0]}, POSTGRES_INITDB_ARGS: --no-sync }
    healthcheck: { test: [CMD, pg_isready, -q, -h, 127.0.0.1, -U, shop], interval: 1s, retries: 30 }
  cache:
    image: evenkeel-local/redis:7
    stop_grace_period: 0s
    command: [redis-server, --requirepass, ${SECRETS[1]}]
  api:
    <<: *web
    healthcheck: { test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/health"], interval: 60s }
    depends_on: { db: { condition: service_healthy }, cache: { condition: service_started } }
  web: { <<: *web, ports: ["127.0.0.1::8080"], depends_on: [api] }
  once: { <<: *web, restart: "no", command: ["true"] }
`;

const HEALTHY = {
  'infrastructure cache container': 'pass',
  'infrastructure cache round-trip': 'pass',
  'infrastructure db container': 'pass',
  'infrastructure db query': 'pass',
  'infrastructure db schema': 'pass',
  'application api container': 'pass',
  'application api endpoints': 'pass',
  'application once container': 'pass',
  'frontend web container': 'pass',
  'frontend web endpoints': 'pass',
  'network api reaches': 'pass',
  'network web reaches': 'pass',
};

let host: HostWorld;
let project: TestProject;
let run: Run;

beforeAll(async () => {
  host = await HostWorld.make();
  project = await testProject('check', YAML);
  await project.compose('up', '-d');
  const { name, folder } = project;
  const entry = { name, directory: folder, files: [], envFiles: [], profiles: [], capturedEnv: [], addedAt: '' };
  await addStack(host.world.layout, entry, {});
  run = await host.run(name);
  await eventually('the stack is well', async () => (await check()).health === 'healthy');
}, 120_000);
afterAll(async () => {
  await project.remove();
  await host.remove();
}, 60_000);

async function check(
  asked: { only?: string; services?: string[] } = {},
  world = withRuns('COMPLETED'),
): Promise<CheckReport> {
  const step = checkStack(world);
  return run.environment().run(step, { stack: project.name, services: [], ...asked }) as Promise<CheckReport>;
}

/** A scheduled look, of a run of its own unless another is given. */
async function scheduled(by?: Run): Promise<HealthReport> {
  const own = by ?? (await host.run(project.name));
  const step = lookAtStack(withRuns('COMPLETED'));
  return own.environment().run(step, { stack: project.name }) as Promise<HealthReport>;
}

/** The host, with a Temporal that says so of every run. */
function withRuns(status: string): World {
  const describe = async () => ({ status: { name: status }, runId: 'run', raw: {} });
  const workflow = { getHandle: () => ({ describe }) };
  return { ...host.world, temporal: { ...host.world.temporal, workflow } as unknown as World['temporal'] };
}

function verdicts({ layers }: CheckReport): Record<string, Check['verdict']> {
  return Object.fromEntries(
    layers.flatMap(({ layer, checks }) =>
      checks.map(({ service, check: name, verdict }) => [`${layer} ${service} ${name}`, verdict]),
    ),
  );
}

async function inspects(): Promise<unknown[]> {
  const ids = (await project.compose('ps', '-aq')).split('\n').sort();
  const all = JSON.parse(await docker(['inspect', ...ids])) as ContainerInspect[];
  return all.map(normaliseInspect);
}

async function inDatabase(sql: string): Promise<void> {
  await project.compose('exec', '-T', 'db', 'psql', '-q', '-U', 'shop', '-c', sql);
}

describe('a look at a stack that runs', () => {
  it('asks every layer, changes nothing, and lets no secret out', async () => {
    const before = await inspects();
    const report = await check();
    expect([report.health, verdicts(report), report.warnings]).toEqual(['healthy', HEALTHY, []]);
    expect(await inspects()).toEqual(before);
    expect(
      await project.compose('exec', '-T', '-e', `REDISCLI_AUTH=${SECRETS[1]}`, 'cache', 'redis-cli', 'dbsize'),
    ).toBe('0');
    expect(SECRETS.filter((secret) => JSON.stringify(report).includes(secret))).toEqual([]);
  }, 60_000);

  it.each([
    [{ only: 'database' }, ['db container', 'db query', 'db schema']],
    [{ only: 'redis' }, ['cache container', 'cache round-trip']],
    [{ only: 'backend' }, ['api container', 'api endpoints', 'once container']],
    [{ only: 'frontend' }, ['web container', 'web endpoints']],
    [{ only: 'network' }, ['api reaches', 'web reaches']],
    [{ services: ['web'] }, ['web container', 'web endpoints', 'web reaches']],
  ])(
    'looks at no more than %j',
    async (asked, expected) => {
      const seen = Object.keys(verdicts(await check(asked))).map((name) => name.split(' ').slice(1).join(' '));
      expect(seen).toEqual(expected);
    },
    60_000,
  );

  it('refuses to look at what is not there', async () => {
    await expect(check({ only: 'databse' })).rejects.toThrow('did you mean database?');
    await expect(check({ services: ['frontend'] })).rejects.toThrow('there is no service frontend; say one of');
  }, 60_000);

  it('knows a Redis that takes nothing, and one that only this user may not write to', async () => {
    const cli = (...args: string[]): Promise<string> =>
      project.compose('exec', '-T', '-e', `REDISCLI_AUTH=${SECRETS[1]}`, 'cache', 'redis-cli', ...args);
    await cli('config', 'set', 'maxmemory', '1');
    expect((await check({ only: 'redis' })).layers[0]).toMatchObject({
      checks: [{}, { check: 'round-trip', verdict: 'fail', reason: expect.stringContaining('takes no writes: OOM') }],
    });
    await cli('config', 'set', 'maxmemory', '0');
    await cli('replicaof', '127.0.0.1', '1');
    expect((await check({ only: 'redis' })).layers[0]).toMatchObject({
      checks: [{}, { verdict: 'pass', reason: 'it answers; its user, or a replica, may not write' }],
    });
    await cli('replicaof', 'no', 'one');
  }, 60_000);

  it('misses tables that the last backup had', async () => {
    await inDatabase('create table orders (id int)');
    await inDatabase('create table "Odd ""name""" (id int)');
    await backedUp({ 'shop.public.orders': 1, 'shop.public."Odd ""name"""': 0, 'shop.large objects': 0 });
    expect(await check({ only: 'database' })).toMatchObject({ health: 'healthy', reason: 'all 3 checks pass' });
    await inDatabase('drop table orders');
    const { health, reason } = await check({ only: 'database' });
    expect([health, reason]).toEqual([
      'unhealthy',
      'db: of the tables of backup 20260101T000000Z-000001 1 is not there: shop.public.orders',
    ]);
    await inDatabase('create table orders (id int)');
  }, 60_000);

  it('says what falls with a database, counts the looks, and says when it is back', async () => {
    const well = await scheduled();
    expect(well).toMatchObject({ health: 'healthy', reason: 'all 13 checks pass', trend: { failuresInARow: 0 } });
    await project.compose('stop', 'db');
    const first = await scheduled();
    expect(verdicts(first)).toEqual({
      ...Object.fromEntries(Object.entries(HEALTHY).filter(([name]) => !/db (query|schema)/.test(name))),
      ...{ 'infrastructure db container': 'fail', 'network api reaches': 'fail' },
    });
    expect(first).toMatchObject({
      health: 'unhealthy',
      trend: { failuresInARow: 1, downSinceMs: first.atMs, sinceMs: first.atMs, before: 'healthy' },
    });

    // A second attempt of a run is no second look.
    const again = await host.run(project.name);
    await scheduled(again);
    const second = await scheduled(again);
    expect(second.trend).toMatchObject({ failuresInARow: 2, downSinceMs: first.atMs });
    expect((await readHealth(host.world.layout, project.name))?.before?.report.trend.failuresInARow).toBe(1);

    // What a run that is at work has taken down is no verdict on the stack.
    expect(await check({}, withRuns('RUNNING'))).toMatchObject({ health: 'inconclusive', changing: 'deploy' });

    await project.compose('start', 'db');
    await eventually('the database is back', async () => (await check()).health === 'healthy');
    expect(await scheduled()).toMatchObject({ health: 'healthy', trend: { failuresInARow: 0, before: 'unhealthy' } });
  }, 120_000);
});

/** A backup that has had these tables. */
async function backedUp(counts: Record<string, number>): Promise<void> {
  const place = { layout: host.world.layout, stack: project.name, id: '20260101T000000Z-000001' };
  const store: StoreBackup = {
    ...{ id: 'postgres-db', type: 'postgres', service: 'db', databases: ['shop'], counts },
    ...{ files: [], imageId: '', takenAtMs: 1, durationMs: 1 },
  };
  await noteStore(await draftFolder(place), store);
  await sealDraft(place, {
    ...{ atMs: Date.now(), stores: [store.id], reused: [], left: [] },
  } as unknown as Parameters<typeof sealDraft>[1]);
}
