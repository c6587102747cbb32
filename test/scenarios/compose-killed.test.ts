import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { endChild } from '../support/children-of-run.js';
import type { DeploymentWorld } from '../support/deployment-world.js';
import type { DockerProxy } from '../support/docker-proxy.js';
import { eventually } from '../support/eventually.js';
import { cases } from '../support/in-depth.js';
import { leaseIsFree, leftBehind, NOTHING } from '../support/left-behind.js';
import { proxiedWorld } from '../support/proxied-world.js';
import { endOf } from '../support/run-end.js';
import { TestStack } from '../support/test-stack.js';

/** What Compose asks for last when it replaces a container: the old one has been removed before. */
const LAST_REQUESTS = { rename: /^POST \/containers\/\w+\/rename/, start: /^POST \/containers\/\w+\/start/ };
type LastRequest = keyof typeof LAST_REQUESTS;
const POINTS = cases<LastRequest>(['rename'], ['start']);

let proxy: DockerProxy;
let world: DeploymentWorld;
let stack: TestStack;
let version = 1;
/** The volume that only the container of api leads to. */
let volume: string;

beforeAll(async () => {
  ({ proxy, world } = await proxiedWorld());
  stack = await TestStack.make(world, 'pair', { '.env': `VERSION=${version}\n` });
  await stack.edit('compose.yaml', (yaml) => yaml.replace('volumes: [state:/state]', 'volumes: [state:/state, /kept]'));
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
  await stack.exec('api', 'sh', '-c', 'echo precious > /kept/note');
  volume = await keptVolume();
}, 120_000);
afterEach(() => proxy.heal());
afterAll(async () => {
  await stack.remove();
  await world.stop();
  await proxy.close();
}, 60_000);

describe('a Compose that is killed when the old container is gone and the new one does not serve yet', () => {
  it.each(POINTS)(
    'before it can %s the new one: the deployment succeeds, and the data is kept',
    async (point) => {
      const stalls = stallAt(point, 0);
      version += 1;
      await stack.write('.env', `VERSION=${version}\n`);
      const run = await stack.start();
      await eventually(`Compose waits for the engine to ${point}`, stalls);
      await killedWithoutOld(run, 'replace-api', point);

      const end = await endOf(run);
      expect(end).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'], leftovers: [] } });
      await serves();
    },
    120_000,
  );

  it.each(POINTS)(
    'on the way back, before it can %s it: everything is as it was, and the data is kept',
    async (point) => {
      // The first one is the bad release's.
      const stalls = stallAt(point, 1);
      await stack.write('.env', `VERSION=${version + 1}\nAPI_EXIT_CODE=3\n`);
      const run = await stack.start();
      await eventually(`Compose waits for the engine to ${point}`, stalls);
      await killedWithoutOld(run, 'restore-api', point);

      const end = await endOf(run);
      expect(end).toMatchObject({ type: 'rolled-back', result: { restored: ['api'], leftovers: [] } });
      await serves();
    },
    120_000,
  );
});

async function keptVolume(): Promise<string> {
  const api = (await stack.inspect()).find(({ Name }) => Name.includes('api'));
  return api!.Mounts.find(({ Destination }) => Destination === '/kept')!.Name!;
}

/** The engine never hears of the request; so many others of its kind go through first. Says when it has come. */
function stallAt(point: LastRequest, after: number): () => boolean {
  const when = LAST_REQUESTS[point];
  const before = requestsOf(when);
  if (after > 0) proxy.add({ when, fault: { kind: 'delay', ms: 0 }, times: after });
  proxy.add({ when, fault: { kind: 'drop' } });
  return () => requestsOf(when) > before + after;
}

function requestsOf(when: RegExp): number {
  return proxy.requests.filter((request) => when.test(request)).length;
}

/** Compose is killed at the very moment that the test is about. */
async function killedWithoutOld(run: WorkflowHandle, child: string, point: LastRequest): Promise<void> {
  const own = (await stack.inspect()).filter(({ Name }) => Name.includes('api'));
  const name = point === 'rename' ? expect.stringMatching(/^\/[0-9a-f]{12}_/) : `/${stack.name}-api-1`;
  expect(own).toMatchObject([{ Name: name, State: { Status: 'created' } }]);
  await endChild(run, stack, child, 'group');
}

async function serves(): Promise<void> {
  expect(await stack.state()).toEqual({ 'api-1': `running ${version}`, 'web-1': `running ${version}` });
  expect(await stack.exec('web', 'wget', '-qO-', 'http://api:8080/version')).toBe(`${version}`);
  expect(await keptVolume()).toBe(volume);
  expect(await stack.exec('api', 'cat', '/kept/note')).toBe('precious');
  await leaseIsFree(stack);
  expect(await leftBehind(stack)).toEqual(NOTHING);
}
