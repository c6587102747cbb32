import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Client } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CheckReport, HealthReport } from '../../src/spec/check-report.js';
import { scheduleHomes } from '../../src/schedule/schedule-homes.js';
import type { ScheduleListed } from '../../src/schedule/schedules.js';
import { readHealth } from '../../src/store/health-state.js';
import { DeploymentWorld, temporalWithChecks } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { normaliseInspect } from '../support/normalise-inspect.js';
import { endOf } from '../support/run-end.js';
import { TestStack } from '../support/test-stack.js';

const UNPROVEN = { skip: ['backup' as const, 'rehearsal' as const], reason: 'they have scenarios of their own' };

let world: DeploymentWorld;
/** The namespace of looks. */
let looks: Client;
let stack: TestStack;

beforeAll(async () => {
  world = await DeploymentWorld.start(temporalWithChecks);
  looks = (await scheduleHomes(world.client)).checks!;
}, 60_000);
afterEach(async () => {
  await evenkeel('schedule', 'remove').catch(() => undefined);
  await stack.remove();
}, 60_000);
afterAll(async () => world.stop(), 60_000);

/** Runs a verb on the stack, and returns its document. */
async function evenkeel<T>(...args: string[]): Promise<T> {
  const end = await world.evenkeel(['--json', ...args], { cwd: stack.directory });
  if (end.exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${end.exitCode}: ${end.stdout}`);
  return JSON.parse(end.stdout) as T;
}

/** What the schedules of the stack are: `health every 5m`, `backup 0 3 * * * UTC, paused`. */
async function schedules(): Promise<string[]> {
  return (await evenkeel<ScheduleListed[]>('-p', stack.name, 'schedule', 'list')).map(
    ({ kind, when, timezone, paused }) => `${kind} ${when}${timezone ? ` ${timezone}` : ''}${paused ? ', paused' : ''}`,
  );
}

/** Triggers a scheduled look, and waits for what it comes to. */
async function looked(): Promise<HealthReport> {
  const last = async (): Promise<string | undefined> =>
    (await evenkeel<ScheduleListed[]>('-p', stack.name, 'schedule', 'list'))[0]?.lastRun;
  const before = await last();
  await evenkeel('schedule', 'trigger', 'health');
  await eventually('the schedule has begun a look', async () => (await last()) !== before);
  return (await looks.workflow.getHandle((await last())!).result()) as HealthReport;
}

/** By what the last look has noted of those that are due, each of which comes up to half a minute late. */
async function minutesBetweenLooks(): Promise<number> {
  const state = await readHealth({ home: world.stateFolder, lockDir: world.stateFolder }, stack.name);
  const [first, second] = state?.due?.times ?? [];
  return Math.round((second! - first!) / 60_000);
}

/** A database may take longer for its first start, on a busy machine, than its healthcheck grants it. */
async function comesUp(): Promise<void> {
  await stack.compose('up', '-d', 'db', 'cache');
  await databaseIsBack();
  await stack.compose('up', '-d', '--wait');
}

async function databaseIsBack(): Promise<void> {
  await eventually(
    'the database is well',
    async () => {
      const inspected = await stack.inspect();
      return inspected.some(({ Name, State }) => Name.endsWith('-db-1') && State.Health?.Status === 'healthy');
    },
    180_000,
  );
}

/** What a worker with a port of its own answers while the database is down. */
async function endpointsSay(): Promise<void> {
  await world.killWorker('SIGTERM');
  const port = await freePort();
  await world.startWorker({ EVENKEEL_HEALTH_PORT: `${port}` });
  const ask = (what: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${what}`);
  const health = `/stacks/${stack.name}/health`;
  await eventually('it answers', async () => (await ask('/metrics').catch(() => undefined)) !== undefined);
  const statuses = ['', '/detailed', '/database', '/redis', '/readiness', '/liveness'].map(
    async (what) => [what, (await ask(health + what)).status] as const,
  );
  expect(Object.fromEntries(await Promise.all(statuses))).toEqual({
    ...{ '': 503, '/detailed': 503, '/database': 503, '/redis': 200, '/readiness': 503, '/liveness': 503 },
  });
  expect(await (await ask('/metrics')).text()).toContain(`evenkeel_stack_failures_in_a_row{stack="${stack.name}"} 2`);
  const detailed = await (await ask(`${health}/detailed`)).text();
  expect(['stores-of-the-test', 'cache-of-the-test'].filter((secret) => detailed.includes(secret))).toEqual([]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('evenkeel schedule', () => {
  it('has a stack looked at, which says what is down and since when, and changes nothing', async () => {
    stack = await TestStack.make(world, 'stores');
    await comesUp();
    await evenkeel('schedule', 'set', 'health', '10m');
    expect(await schedules()).toEqual(['health 10m']);
    const before = (await stack.inspect()).map(normaliseInspect);

    expect(await looked()).toMatchObject({ health: 'healthy', trend: { failuresInARow: 0 } });
    expect((await stack.inspect()).map(normaliseInspect)).toEqual(before);
    expect(await minutesBetweenLooks()).toBe(10);

    await stack.compose('stop', '-t', '1', 'db');
    const first = await looked();
    expect(first).toMatchObject({ health: 'unhealthy', trend: { failuresInARow: 1, before: 'healthy' } });
    expect(await looked()).toMatchObject({ trend: { failuresInARow: 2, downSinceMs: first.atMs } });
    await endpointsSay();
    const { exitCode, stdout } = await world.evenkeel(['--json', 'check', '--only', 'database'], {
      cwd: stack.directory,
    });
    expect([exitCode, (JSON.parse(stdout) as CheckReport).health]).toEqual([1, 'unhealthy']);

    await stack.compose('start', 'db');
    await databaseIsBack();
    expect(await looked()).toMatchObject({ health: 'healthy', trend: { failuresInARow: 0, before: 'unhealthy' } });
    await eventually('what was found can be searched for', async () => {
      const query = `WorkflowType="healthCheck" AND EvenkeelStack="${stack.name}" AND EvenkeelOutcome="unhealthy"`;
      return (await looks.workflow.count(query)).count === 2;
    });
    expect((await world.client.workflow.count('WorkflowType="healthCheck"')).count).toBe(0);
    expect((await world.client.workflow.count('WorkflowType="check"')).count).toBe(1);
  }, 420_000);

  it('is applied from the file by a deployment, also by a worker that dies; what a person paused stays paused', async () => {
    stack = await TestStack.make(world, 'plain');
    await evenkeel('schedule', 'set', 'health', '1h');
    await evenkeel('schedule', 'pause', 'health', '--reason', 'by a test');
    const file = 'schedule: { health: 5m, backup: "0 3 * * *", drill: "0 4 * * 0", timezone: Europe/Berlin }';
    await stack.write('compose.override.yaml', `x-evenkeel: { ${file} }\n`);

    await world.injectFaults([{ activity: 'applySchedules', point: 'during', afterMs: 5, action: 'kill' }]);
    const run = await stack.start(UNPROVEN);
    await world.workerEnded();
    await world.startWorker();
    expect(await endOf(run)).toMatchObject({ type: 'succeeded', result: { warnings: expect.any(Array) } });
    await eventually('all are there', async () => {
      const found = await schedules();
      return found.join('; ') === 'backup 0 3 * * * Europe/Berlin; drill 0 4 * * 0 Europe/Berlin; health 5m, paused';
    });

    await stack.write('compose.override.yaml', 'x-evenkeel: { schedule: { health: 5m } }\n');
    expect(await stack.deploy(UNPROVEN)).toMatchObject({ type: 'succeeded' });
    await eventually('what the file no longer has is gone', async () => {
      return (await schedules()).join('; ') === 'health 5m, paused';
    });

    expect(await evenkeel('stack', 'remove', '--yes')).toMatchObject({ removed: stack.name, schedules: ['health'] });
    await eventually(
      'nothing is scheduled for a stack that was forgotten',
      async () => (await schedules()).length === 0,
    );
  }, 240_000);
});
