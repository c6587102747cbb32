import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SEARCH_ATTRIBUTES } from '../../src/names.js';
import { CreatedContainers } from '../support/created-containers.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { leaseIsFree, leftBehind, misnamedContainers, NOTHING } from '../support/left-behind.js';
import { ProductionTemporal } from '../support/production-temporal.js';
import { endOf } from '../support/run-end.js';
import { TestStack } from '../support/test-stack.js';

/** Longer than the heartbeats of a step may be missing. */
const AWAY_MS = 8000;

let temporal: ProductionTemporal;
let world: DeploymentWorld;
let plain: TestStack;
let stack: TestStack;

beforeAll(async () => {
  world = await DeploymentWorld.start(async (folder) => (temporal = await ProductionTemporal.start(folder)));
  plain = await TestStack.make(world, 'plain', { '.env': 'VERSION=1\n' });
  stack = await TestStack.make(world, 'unhurried', { '.env': 'VERSION=1\n' });
}, 600_000);
afterAll(async () => {
  for (const one of [plain, stack]) await one?.remove();
  await world?.stop();
}, 120_000);

describe('the Temporal of docker-compose.temporal.yml', () => {
  it.each([
    ['default', 90 * 24],
    ['default-checks', 72],
  ])('keeps what ends in namespace %s for %i hours, and has our search attributes there', async (namespace, hours) => {
    const { config } = await world.client.workflowService.describeNamespace({ namespace });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(hours * 3600);
    const { customAttributes } = await world.client.connection.operatorService.listSearchAttributes({ namespace });
    expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(Object.values(SEARCH_ATTRIBUTES)));
  });

  it('has a UI that does not terminate', async () => {
    const settings = (await (await fetch(`${temporal.ui}/api/v1/settings`)).json()) as Record<string, unknown>;
    expect(settings).toMatchObject({ WorkflowTerminateDisabled: true });
  }, 60_000);

  it('deploys, and takes a bad release back', async () => {
    expect(await plain.deploy()).toMatchObject({ type: 'succeeded' });
    await plain.write('.env', 'VERSION=2\nEXIT_CODE=7\n');
    expect(await plain.deploy()).toMatchObject({ type: 'rolled-back' });
    expect(await plain.state()).toEqual({ 'web-1': 'running 1' });
  }, 180_000);

  it('goes on when PostgreSQL is killed in the middle of a replacement, and nothing is done twice', async () => {
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
    await stack.write('.env', 'VERSION=3\n');
    const created = CreatedContainers.watch(stack);
    const run = await stack.start();
    await eventually('Compose has made the new api', async () => (await misnamedContainers(stack)).length > 0);
    await temporal.compose('kill', 'postgresql');
    await pause(AWAY_MS);
    await temporal.compose('start', 'postgresql');
    expect(await endOf(run)).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'], leftovers: [] } });
    expect(created.take()).toEqual({ api: 1, web: 1 });
    await created.stop();
    expect(await stack.state()).toEqual({ 'api-1': 'running 3', 'web-1': 'running 3' });
    await leaseIsFree(stack);
    expect(await leftBehind(stack)).toEqual(NOTHING);
  }, 300_000);

  it('comes up again with all it knew, schema step and namespace step included', async () => {
    await temporal.compose('down', '--timeout', '20');
    await temporal.compose('up', '-d', '--wait');
    await eventually('it answers', async () =>
      world.client.workflowService.describeNamespace({ namespace: 'default' }).then(
        () => true,
        () => false,
      ),
    );
    await plain.write('.env', 'VERSION=4\n');
    expect(await plain.deploy()).toMatchObject({ type: 'succeeded', result: { previousRelease: '1', release: '2' } });
  }, 300_000);
});
