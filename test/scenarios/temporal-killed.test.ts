import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { childrenOf } from '../support/children-of-run.js';
import { CreatedContainers } from '../support/created-containers.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { inDepth } from '../support/in-depth.js';
import { leaseIsFree, leftBehind, misnamedContainers, NOTHING, releasesOf } from '../support/left-behind.js';
import { MortalTemporal } from '../support/mortal-temporal.js';
import { endOf } from '../support/run-end.js';
import { comesTo } from '../support/run-lines.js';
import { TestStack } from '../support/test-stack.js';

/** Longer than the heartbeats of a step may be missing: when Temporal is back it believes that the step is lost. */
const AWAY_MS = 5_000;

let temporal: MortalTemporal;
let world: DeploymentWorld;
let stack: TestStack;
let version = 1;

beforeAll(async () => {
  world = await DeploymentWorld.start(async (folder) => (temporal = await MortalTemporal.start(folder)));
  stack = await TestStack.make(world, 'unhurried', { '.env': 'VERSION=1\n' });
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
}, 120_000);
afterAll(async () => {
  await stack.remove();
  await world.stop();
}, 60_000);

describe('a Temporal that is killed under a worker that lives', () => {
  it('in the middle of a replacement: nothing is done twice, and the deployment succeeds', async () => {
    await goesOnAfter(async () => {
      await eventually('Compose has made the new api', async () => (await misnamedContainers(stack)).length > 0);
    });
  }, 120_000);

  inDepth(() => {
    it('in the middle of a gate: nothing is done twice, and the deployment succeeds', async () => {
      await goesOnAfter(async (run) => comesTo(run, 'gate web'), 'WEB_START_DELAY=8\n');
    }, 120_000);
  });
});

/** Deploys the next version, and has Temporal away for a while from the moment that `reached` resolves. */
async function goesOnAfter(reached: (run: WorkflowHandle) => Promise<void>, more = ''): Promise<void> {
  version += 1;
  const worker = world.workerPid;
  const before = (await releasesOf(stack)).length;
  await stack.write('.env', `VERSION=${version}\n${more}`);
  const created = CreatedContainers.watch(stack);
  const run = await stack.start();
  await reached(run);
  await temporal.die();
  await pause(AWAY_MS);
  await temporal.live();

  expect(await endOf(run)).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'], leftovers: [] } });
  expect(world.workerPid).toBe(worker);
  expect(created.take()).toEqual({ api: 1, web: 1 });
  await created.stop();
  expect((await childrenOf(run, stack)).map(({ name }) => name)).toEqual(['build-api', 'replace-api', 'replace-web']);
  expect((await releasesOf(stack)).slice(before).map(({ kind }) => kind)).toEqual(['deployed']);
  expect(await stack.state()).toEqual({ 'api-1': `running ${version}`, 'web-1': `running ${version}` });
  expect(await stack.exec('web', 'wget', '-qO-', 'http://api:8080/version')).toBe(`${version}`);
  await leaseIsFree(stack);
  expect(await leftBehind(stack)).toEqual(NOTHING);
}
