import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../src/names.js';
import { eventually } from '../support/eventually.js';
import { endOf, type RunEnd } from '../support/run-end.js';
import { ServerWorld } from '../support/server-world.js';
import { TestStack } from '../support/test-stack.js';

let world: ServerWorld;
let stack: TestStack;
let version = 0;

beforeAll(async () => {
  world = await ServerWorld.make();
  await world.start();
  stack = await TestStack.make(world, 'plain');
  // A deployment that takes a while, because its service has to stay well for it.
  await stack.edit('compose.yaml', (yaml) => yaml.replace('stable_for: 300ms', 'stable_for: 10s'));
}, 60_000);
afterAll(async () => {
  await stack.remove();
  await world.stop();
}, 60_000);

/** Starts a deployment of the next version, and returns when the service runs it but is not yet judged. */
async function deploymentUnderWay(): Promise<WorkflowHandle> {
  await stack.write('.env', `VERSION=${++version}\n`);
  const handle = await stack.start();
  await eventually(
    'the service runs the new version',
    async () => (await stack.state())['web-1'] === `running ${version}`,
  );
  expect((await handle.describe()).status.name).toBe('RUNNING');
  return handle;
}

/** How a run ends, however often Temporal goes away meanwhile. */
async function endThroughOutages(handle: WorkflowHandle): Promise<RunEnd> {
  await eventually('the run has ended', async () => {
    const found = await handle.describe().catch(() => undefined);
    return found !== undefined && found.status.name !== 'RUNNING';
  });
  return endOf(handle);
}

/** The run's end, and the version that serves after it. */
async function outcomeOf(handle: WorkflowHandle): Promise<{ type?: string; serves: Record<string, string> }> {
  const { type } = await endThroughOutages(handle);
  return { ...(type === undefined ? {} : { type }), serves: await stack.state() };
}

const succeeded = (): object => ({ type: 'succeeded', serves: { 'web-1': `running ${version}` } });

describe('evenkeel server', () => {
  it.each([
    ['default', 90 * 24],
    ['default-checks', 72],
  ])('keeps what ends in namespace %s for %i hours, and has our search attributes there', async (namespace, hours) => {
    const { config } = await world.client.workflowService.describeNamespace({ namespace });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(hours * 3600);
    const { customAttributes } = await world.client.connection.operatorService.listSearchAttributes({ namespace });
    expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(Object.values(SEARCH_ATTRIBUTES)));
  });

  it.each(['worker', 'temporal'] as const)(
    'has the %s back when it is killed, and the deployment finishes',
    async (who) => {
      const handle = await deploymentUnderWay();
      const before = (await world.processes())![who]!;
      process.kill(before.pid, 'SIGKILL');
      await eventually(`another ${who} is there`, async () => {
        const now = (await world.processes())?.[who];
        return now !== undefined && now.pid !== before.pid;
      });
      expect(await outcomeOf(handle)).toEqual(succeeded());
    },
    120_000,
  );

  it('says on Ctrl-C what is in flight, and the next start finishes it', async () => {
    const handle = await deploymentUnderWay();
    expect(await world.end('SIGINT')).toBe(0);
    expect(world.said).toContain(handle.workflowId);
    expect(await world.processes()).toBeUndefined();
    await world.start();
    expect(await outcomeOf(handle)).toEqual(succeeded());
  }, 120_000);

  it('killed whole starts again with the same command at once, and finishes what it was at', async () => {
    const handle = await deploymentUnderWay();
    expect(await world.end('SIGKILL')).toBe('SIGKILL');
    await world.start();
    expect(await outcomeOf(handle)).toEqual(succeeded());
  }, 120_000);

  it('refuses to run twice on one state folder, and harms nothing by it', async () => {
    const before = await world.processes();
    const second = await world.evenkeel(['--json', 'server', '--port', '1']);
    expect(second.exitCode).toBe(1);
    expect(JSON.parse(second.stdout)).toMatchObject({
      error: { message: expect.stringContaining('runs already') },
    });
    expect(await world.processes()).toEqual(before);
  });
});
