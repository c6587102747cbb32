import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { endChild } from '../support/children-of-run.js';
import { eventually } from '../support/eventually.js';
import { cases } from '../support/in-depth.js';
import { leaseIsFree, leftBehind, NOTHING } from '../support/left-behind.js';
import { pairBehindProxy } from '../support/proxied-world.js';
import { endOf } from '../support/run-end.js';

/** What Compose asks for last when it replaces a container: the old one has been removed before. */
const LAST_REQUESTS = { rename: /^POST \/containers\/\w+\/rename/, start: /^POST \/containers\/\w+\/start/ };
type LastRequest = keyof typeof LAST_REQUESTS;
const POINTS = cases<LastRequest>(['rename'], ['start']);

const here = pairBehindProxy((yaml) => yaml.replace('volumes: [state:/state]', 'volumes: [state:/state, /kept]'));
let version = 1;
/** The volume that only the container of api leads to. */
let volume: string;

beforeAll(async () => {
  await here.stack.exec('api', 'sh', '-c', 'echo precious > /kept/note');
  volume = await keptVolume();
}, 60_000);
afterEach(() => here.proxy.heal());

describe('a Compose that is killed when the old container is gone and the new one does not serve yet', () => {
  it.each(POINTS)(
    'before it can %s the new one: the deployment succeeds, and the data is kept',
    async (point) => {
      const stalls = stallAt(point, 0);
      version += 1;
      await here.stack.write('.env', `VERSION=${version}\n`);
      const run = await here.stack.start();
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
      await here.stack.write('.env', `VERSION=${version + 1}\nAPI_EXIT_CODE=3\n`);
      const run = await here.stack.start();
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
  const api = (await here.stack.inspect()).find(({ Name }) => Name.includes('api'));
  return api!.Mounts.find(({ Destination }) => Destination === '/kept')!.Name!;
}

/** The engine never hears of the request; so many others of its kind go through first. Says when it has come. */
function stallAt(point: LastRequest, after: number): () => boolean {
  const when = LAST_REQUESTS[point];
  const before = requestsOf(when);
  if (after > 0) here.proxy.add({ when, fault: { kind: 'delay', ms: 0 }, times: after });
  here.proxy.add({ when, fault: { kind: 'drop' } });
  return () => requestsOf(when) > before + after;
}

function requestsOf(when: RegExp): number {
  return here.proxy.requests.filter((request) => when.test(request)).length;
}

/** Compose is killed at the very moment that the test is about. */
async function killedWithoutOld(run: WorkflowHandle, child: string, point: LastRequest): Promise<void> {
  const own = (await here.stack.inspect()).filter(({ Name }) => Name.includes('api'));
  const name = point === 'rename' ? expect.stringMatching(/^\/[0-9a-f]{12}_/) : `/${here.stack.name}-api-1`;
  expect(own).toMatchObject([{ Name: name, State: { Status: 'created' } }]);
  await endChild(run, here.stack, child, 'group');
}

async function serves(): Promise<void> {
  expect(await here.stack.state()).toEqual({ 'api-1': `running ${version}`, 'web-1': `running ${version}` });
  expect(await here.stack.exec('web', 'wget', '-qO-', 'http://api:8080/version')).toBe(`${version}`);
  expect(await keptVolume()).toBe(volume);
  expect(await here.stack.exec('api', 'cat', '/kept/note')).toBe('precious');
  await leaseIsFree(here.stack);
  expect(await leftBehind(here.stack)).toEqual(NOTHING);
}
