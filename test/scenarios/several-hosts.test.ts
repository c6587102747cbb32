import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { presenceId } from '../../src/names.js';
import { readPresence, readPresences } from '../../src/presence/read-presences.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { endOf } from '../support/run-end.js';
import { SecondEngine } from '../support/second-engine.js';
import { TestStack } from '../support/test-stack.js';

let engine: SecondEngine;
let here: DeploymentWorld;
let there: DeploymentWorld;
/** One name on two hosts, and a stack that only the other one has. */
let ours: TestStack;
let theirs: TestStack;
let alone: TestStack;
let hosts: { here: string; there: string };

beforeAll(async () => {
  engine = await SecondEngine.start(['evenkeel-test/web:1']);
  here = await DeploymentWorld.start();
  there = await DeploymentWorld.start(() => here.sharedTemporal(), engine.env);
  hosts = { here: await here.host(), there: await there.host() };
  ours = await TestStack.make(here, 'plain', { '.env': 'VERSION=1\n' });
  theirs = await TestStack.make(there, 'plain', { '.env': 'VERSION=5\n' }, ours.name);
  alone = await TestStack.make(there, 'plain', { '.env': 'VERSION=7\n' });
  // A host that has just got a stack is not known to have it at once.
  await eventually('both hosts are known to have the stack', async () => {
    const presences = await readPresences(here.client);
    return presences.filter(({ stacks }) => stacks.some(({ stack }) => stack === ours.name)).length === 2;
  });
}, 180_000);
afterAll(async () => {
  for (const stack of [ours, theirs, alone]) await stack?.remove();
  await there?.stop();
  await here?.stop();
  await engine?.stop();
}, 120_000);

async function list(...args: string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await here.evenkeel(['--json', ...args]);
  return JSON.parse(stdout) as Record<string, unknown>[];
}

describe('two hosts with a stack of the same name', () => {
  it('a deployment that names none of them is asked which one', async () => {
    const end = await ours.deploy();
    expect(end).toMatchObject({ status: 'failed', type: 'InvalidInput' });
    expect(end.message).toContain(hosts.here);
    expect(end.message).toContain(hosts.there);
    expect([await ours.state(), await theirs.state()]).toEqual([{}, {}]);
  }, 60_000);

  it('deploys each on the host that is named, from either one', async () => {
    const deployThere = await here.evenkeel(['--host', hosts.there, '-p', ours.name, 'deploy'], {
      cwd: ours.directory,
    });
    expect(deployThere.exitCode).toBe(0);
    expect([await ours.state(), await theirs.state()]).toEqual([{}, { 'web-1': 'running 5' }]);

    const deployHere = await there.evenkeel(['--host', hosts.here, '-p', ours.name, 'deploy'], {
      cwd: theirs.directory,
    });
    expect(deployHere.exitCode).toBe(0);
    expect([await ours.state(), await theirs.state()]).toEqual([{ 'web-1': 'running 1' }, { 'web-1': 'running 5' }]);
  }, 120_000);

  it('a stack that one host alone has is found there, whichever worker is asked', async () => {
    for (const run of [1, 2, 3]) {
      const end = await alone.deploy({ reason: `run ${run}` });
      expect(end).toMatchObject({ type: 'succeeded', result: { host: hosts.there } });
    }
    expect(await alone.state()).toEqual({ 'web-1': 'running 7' });
  }, 120_000);

  it('refuses a stack that no host knows, and a host that nobody knows', async () => {
    const start = (input: object) =>
      here.client.workflow.start('deploy', { taskQueue: 'evenkeel', workflowId: `t/${Math.random()}`, args: [input] });
    const unknown = await endOf(await start({ stack: 'ek-test-nowhere' }));
    expect(unknown).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining(hosts.there) });
    const noHost = await endOf(await start({ stack: ours.name, host: 'nobody' }));
    expect(noHost).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining(hosts.here) });
  }, 60_000);

  it('status and stack list show all of them, and --host one', async () => {
    const listed = [
      { host: hosts.here, name: ours.name, directory: ours.directory },
      { host: hosts.there, name: theirs.name, directory: theirs.directory },
      { host: hosts.there, name: alone.name, directory: alone.directory },
    ];
    expect(await list('stack', 'list')).toEqual(
      expect.arrayContaining(listed.map((one) => expect.objectContaining(one))),
    );
    expect(await list('--host', hosts.there, 'stack', 'list')).toHaveLength(2);

    await eventually('the other host has told how its stacks are', async () => {
      const look = (await readPresence(here.client, hosts.there))?.look;
      const services = look?.stacks.find(({ stack }) => stack === ours.name)?.services ?? [];
      return services.some(({ state }) => state === 'running');
    });
    const all = await list('status');
    expect(all.map(({ host, stack }) => [host, stack]).sort()).toEqual(
      listed.map(({ host, name }) => [host, name]).sort(),
    );
    const one = JSON.parse((await here.evenkeel(['--json', '--host', hosts.there, '-p', ours.name, 'status'])).stdout);
    expect(one).toMatchObject({
      host: hosts.there,
      release: { id: '1' },
      services: [{ service: 'web', state: 'running' }],
    });
  }, 120_000);
});

describe('the presence of a host', () => {
  it('outlives its worker, says that it is down, and a deployment there is refused at once', async () => {
    await there.killWorker();
    await eventually('its heartbeats have been missed', async () => {
      const presence = await readPresence(here.client, hosts.there);
      return presence !== undefined && !presence.alive;
    });
    const end = await alone.deploy();
    expect(end).toMatchObject({ status: 'failed', type: 'rejected', result: { touched: [] } });
    expect(end.message).toContain(`Host ${hosts.there} is down`);
    const [status] = (await list('--host', hosts.there, 'status')).filter(({ stack }) => stack === alone.name);
    expect(status).toMatchObject({ away: expect.stringContaining('not at work') });

    await there.startWorker();
    expect(await alone.deploy()).toMatchObject({ type: 'succeeded', result: { host: hosts.there } });
    expect(await alone.state()).toEqual({ 'web-1': 'running 7' });
  }, 120_000);

  it('adds nothing to its history while nothing changes, and shows at once that a worker stops', async () => {
    const seenAt = async (): Promise<number> => (await readPresence(here.client, hosts.there))?.lastSeenMs ?? 0;
    const handle = here.client.workflow.getHandle(presenceId(hosts.there));
    await eventually('the watch of the worker before has been given up', async () => {
      return (await handle.describe()).raw.pendingActivities?.length === 1;
    });
    const [since, length] = [await seenAt(), (await handle.describe()).historyLength];
    await eventually('it has been seen again', async () => (await seenAt()) > since);
    expect((await handle.describe()).historyLength).toBe(length);
    await there.killWorker('SIGTERM');
    expect(await readPresence(here.client, hosts.there)).toMatchObject({ alive: false });
  }, 60_000);
});
