import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { DeploymentWorld } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { plainText } from '../support/plain-text.js';
import { endOf, type RunEnd } from '../support/run-end.js';
import { temporalCli } from '../support/temporal-cli.js';
import { TestStack } from '../support/test-stack.js';

const run = promisify(execFile);
let world: DeploymentWorld;
let stack: TestStack | undefined;

beforeAll(async () => {
  world = await DeploymentWorld.start();
}, 60_000);
afterEach(async () => {
  await stack?.remove();
  stack = undefined;
}, 60_000);
afterAll(async () => world.stop(), 60_000);

/** Starts a deployment with Temporal's own command and nothing of ours. `input` is typed as it stands. */
async function startByHand(...input: string[]): Promise<WorkflowHandle> {
  const args = ['workflow', 'start', '--type', 'deploy', '--task-queue', 'evenkeel', '-o', 'json', ...input];
  const { stdout } = await run(temporalCli(), args, { env: world.env });
  const { workflowId, runId } = JSON.parse(stdout) as { workflowId: string; runId: string };
  return world.client.workflow.getHandle(workflowId, runId);
}

/** As the Temporal UI and Temporal's own command print it. */
async function printedResult({ workflowId }: WorkflowHandle): Promise<string> {
  const { stdout } = await run(temporalCli(), ['workflow', 'describe', '-w', workflowId], { env: world.env });
  return stdout;
}

async function refusalOf(...input: string[]): Promise<RunEnd & { workflowId: string; attempts: number }> {
  const handle = await startByHand(...input);
  const end = await endOf(handle, 20_000);
  const { events } = await handle.fetchHistory();
  const attempts = (events ?? []).filter((event) => event.workflowTaskFailedEventAttributes).length;
  return { ...end, workflowId: handle.workflowId, attempts };
}

describe('a deployment started by hand', () => {
  it('needs no more than the name of the stack, and is found by it with its outcome', async () => {
    stack = await TestStack.make(world, 'pair', { '.env': 'VERSION=1\n' });
    const handle = await startByHand('--input', JSON.stringify({ stack: stack.name }));
    expect(await endOf(handle)).toMatchObject({ type: 'succeeded', result: { release: '1', touched: ['api', 'web'] } });
    expect(await stack.state()).toEqual({ 'api-1': 'running 1', 'web-1': 'running 1' });

    const query = `EvenkeelStack="${stack.name}" AND EvenkeelOutcome="succeeded" AND EvenkeelRelease="1"`;
    const found: string[] = [];
    await eventually('the run is listed under its stack and outcome', async () => {
      for await (const { workflowId } of world.client.workflow.list({ query })) found.push(workflowId);
      return found.length > 0;
    });
    expect(found).toEqual([handle.workflowId]);

    const details = plainText(await handle.query('__temporal_workflow_metadata'));
    for (const words of ['succeeded', 'preflight', 'replace api', 'gate web', 'record the release']) {
      expect(details).toContain(words);
    }
    expect(await printedResult(handle)).toContain('COMPLETED');
  }, 120_000);

  it('takes any id', async () => {
    stack = await TestStack.make(world, 'pair');
    const handle = await startByHand(
      ...['--input', JSON.stringify({ stack: stack.name, dryRun: true })],
      ...['--workflow-id', `weekly/deploy of ${stack.name} (${randomUUID()}) 100%`],
    );
    expect(await endOf(handle)).toMatchObject({ type: 'succeeded', result: { touched: [] } });
    expect(await stack.inspect()).toEqual([]);
  }, 60_000);

  it('adopts a running project that nobody registered', async () => {
    stack = await TestStack.unregistered(world, 'pair', { '.env': 'VERSION=1\n' });
    await stack.compose('up', '-d', '--wait');
    await stack.write('.env', 'VERSION=2\n');
    const handle = await startByHand('--input', JSON.stringify({ stack: stack.name }));
    expect(await endOf(handle)).toMatchObject({ type: 'succeeded', result: { previousRelease: '1', release: '2' } });
    expect(await stack.state()).toEqual({ 'api-1': 'running 2', 'web-1': 'running 2' });
    const { stdout } = await world.evenkeel(['stack', 'show', '--json', stack.name]);
    expect(JSON.parse(stdout)).toMatchObject({ directory: stack.directory });
  }, 120_000);

  it('with an empty form ends at once, and says what to write', async () => {
    const end = await refusalOf();
    expect(end).toMatchObject({ status: 'failed', type: 'InvalidInput', attempts: 0 });
    expect(end.message).toContain('{"stack":"shop"}');
  }, 60_000);

  it.each([
    ['{"stack":"shop","servces":["api"]}', 'servces'],
    ['{"stack":"My Shop"}', 'lower-case'],
    ['{"stack":"shop","startBy":"soon"}', '90s'],
    ['"shop"', '{"stack":"shop"}'],
    ['{"stack":"shop","services":"api"}', 'services'],
  ])('with %s ends at once, and says why', async (input, reason) => {
    const end = await refusalOf('--input', input);
    expect(end).toMatchObject({ status: 'failed', type: 'InvalidInput', attempts: 0 });
    expect(end.message).toContain(reason);
  });

  it('of an unknown stack names the known ones', async () => {
    stack = await TestStack.make(world, 'pair');
    const end = await refusalOf('--input', '{"stack":"nowhere"}');
    expect(end).toMatchObject({ status: 'failed', type: 'InvalidInput' });
    expect(end.message).toContain(stack.name);
    expect(end.message).toContain('evenkeel stack add');
  }, 60_000);

  it('for a host that nobody knows ends, and says which ones are known', async () => {
    stack = await TestStack.make(world, 'pair');
    const end = await endOf(await startByHand('--input', JSON.stringify({ stack: stack.name, host: 'elsewhere' })));
    expect(end).toMatchObject({ status: 'failed', type: 'InvalidInput' });
    expect(end.message).toMatch(/There is no host "elsewhere". Known are: \S+/);
    expect(await stack.inspect()).toEqual([]);
  }, 120_000);
});
