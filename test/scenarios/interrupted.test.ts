import { describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { childrenOf, endChild } from '../support/children-of-run.js';
import { CreatedContainers } from '../support/created-containers.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { cases, inDepth } from '../support/in-depth.js';
import { leaseIsFree, leftBehind, misnamedContainers, NOTHING, releasesOf } from '../support/left-behind.js';
import { normaliseInspect } from '../support/normalise-inspect.js';
import { oneHost } from '../support/one-host.js';
import { resetToTheBeginning } from '../support/reset-run.js';
import { endOf, type RunEnd } from '../support/run-end.js';
import { comesTo } from '../support/run-lines.js';
import type { TestStack } from '../support/test-stack.js';

const OLD = { 'api-1': 'running 1', 'web-1': 'running 1' };
const NEW = { 'api-1': 'running 2', 'web-1': 'running 2' };

const host = oneHost();
let stack: TestStack;

describe('a deployment that Temporal is told to', () => {
  it('reset begins anew, waits for what its former self has begun, and comes to the same end', async () => {
    await deployedOnce();
    const created = CreatedContainers.watch(stack);
    const former = await deployingVersion2();
    await inTheMiddleOfReplacing();
    const run = await resetToTheBeginning(host.world, former);

    expect(await endOf(run)).toMatchObject({ type: 'succeeded' });
    expect(created.take()).toEqual({ api: 1, web: 1 });
    await created.stop();
    await serves(NEW);
    expect((await releasesOf(stack)).at(-1)).toMatchObject({ kind: 'deployed', workflowId: run.workflowId });
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: [] } });
  }, 120_000);

  it('terminate leaves the stack to the next deployment, which makes it whole', async () => {
    await deployedOnce();
    const run = await deployingVersion2();
    await inTheMiddleOfReplacing();
    await run.terminate('by a test');
    await leaseIsFree(stack);

    await stack.write('.env', 'VERSION=3\n');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
    await serves({ 'api-1': 'running 3', 'web-1': 'running 3' });
    // What the terminated run was at has come to its end, and nothing more of it.
    expect((await childrenOf(run, stack)).map(({ name }) => name)).toEqual(['build-api', 'replace-api']);
  }, 120_000);

  it('cancel takes back what it did and closes as cancelled', async () => {
    await deployedOnce();
    const before = await inspected();
    const run = await deployingVersion2();
    await inTheMiddleOfReplacing();
    await run.cancel();

    const end = await endOf(run);
    expect(end).toMatchObject({ status: 'cancelled', type: 'aborted', result: { restored: ['api'], release: '1' } });
    expect(await inspected()).toEqual(before);
    await serves(OLD);
  }, 120_000);
});

describe('a deployment that is aborted', () => {
  it('while it builds: the build ends, and no container and no tag has changed', async () => {
    await deployedOnce();
    const [ids, image] = [await stack.ids(), await builtImage()];
    const run = await deployingVersion2('BUILD_SECONDS=60\n');
    await comesTo(run, 'build api');
    await eventually('the build is at work', async () => (await childrenOf(run, stack)).some(({ alive }) => alive));
    expect(await aborted(run)).toMatchObject({ status: 'cancelled', type: 'aborted', result: { touched: [] } });
    expect(await stack.ids()).toEqual(ids);
    expect(await builtImage()).toBe(image);
    await serves(OLD);
  }, 120_000);

  it.each(
    cases<[string, string, string[]]>(
      [['while it waits for a gate', 'gate web', ['api', 'web']]],
      [['while it replaces a service', 'replace api', ['api']]],
    ),
  )(
    '%s: everything is as it was',
    async (_, line, restored) => {
      await deployedOnce();
      const before = await inspected();
      const run = await deployingVersion2('WEB_START_DELAY=50\n');
      await comesTo(run, line);

      // The next wave may have begun before the abort arrives.
      const end = { status: 'cancelled', type: 'aborted', result: { restored: expect.arrayContaining(restored) } };
      expect(await aborted(run)).toMatchObject(end);
      expect(await inspected()).toEqual(before);
      expect((await releasesOf(stack)).map(({ kind }) => kind)).toEqual(['deployed']);
      await serves(OLD);
    },
    120_000,
  );
});

describe('a deployment whose surroundings change', () => {
  it('deploys what was frozen, whatever is written into its files meanwhile', async () => {
    await deployedOnce();
    const run = await deployingVersion2('BUILD_SECONDS=5\n');
    await comesTo(run, 'build api');
    await stack.write('.env', 'VERSION=3\n');
    await stack.edit('compose.yaml', (yaml) => yaml.replace('START_DELAY:', 'ADDED: "1", START_DELAY:'));
    expect(await endOf(run)).toMatchObject({ type: 'succeeded' });
    await serves(NEW);
    expect(await stack.exec('web', 'sh', '-c', 'echo "<$ADDED>"')).toBe('<>');

    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'] } });
    await serves({ 'api-1': 'running 3', 'web-1': 'running 3' });
    expect(await stack.exec('web', 'sh', '-c', 'echo "<$ADDED>"')).toBe('<1>');
  }, 120_000);

  inDepth(() => {
    it.each(['program', 'group'] as const)(
      'goes on when its Compose is killed in the middle of a replacement (its %s)',
      async (whole) => {
        await deployedOnce();
        const run = await deployingVersion2();
        await inTheMiddleOfReplacing();
        await endChild(run, stack, 'replace-api', whole);

        expect(await endOf(run)).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'] } });
        await serves(NEW);
        expect((await childrenOf(run, stack)).map(({ name }) => name)).toContain('replace-api@2');
      },
      120_000,
    );
  });

  it('is refused as stale when no worker was there to begin it in time', async () => {
    await deployedOnce();
    const ids = await stack.ids();
    await host.world.killWorker();
    await stack.write('.env', 'VERSION=2\n');
    const run = await stack.start({ startBy: '100ms' });
    await host.world.startWorker();

    const end = await endOf(run);
    expect(end).toMatchObject({ status: 'failed', type: 'rejected', result: { touched: [] } });
    expect(end.message).toMatch(/^stale/);
    expect(await stack.ids()).toEqual(ids);
    await serves(OLD);
  }, 120_000);
});

async function deployedOnce(): Promise<void> {
  stack = await host.make('unhurried', { '.env': 'VERSION=1\n' });
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
}

/** A deployment that has been asked for. */
async function deployingVersion2(more = ''): Promise<WorkflowHandle> {
  await stack.write('.env', `VERSION=2\n${more}`);
  return stack.start();
}

/** The new container is there, under a temporary name, and the old one takes its time to stop. */
async function inTheMiddleOfReplacing(): Promise<void> {
  await eventually('Compose has made the new container', async () => (await misnamedContainers(stack)).length > 0);
}

/** The containers run as said, the version answers, and nothing else is left of any run. */
async function serves(state: Record<string, string>): Promise<void> {
  expect(await stack.state()).toEqual(state);
  const version = await stack.exec('web', 'wget', '-qO-', 'http://api:8080/version');
  expect(`running ${version}`).toBe(state['api-1']);
  await leaseIsFree(stack);
  expect(await leftBehind(stack)).toEqual(NOTHING);
}

async function inspected(): Promise<unknown[]> {
  return (await stack.inspect()).map(normaliseInspect);
}

async function builtImage(): Promise<string> {
  return docker(['image', 'inspect', '-f', '{{.Id}}', `${stack.name}-api:latest`]);
}

/** Aborts as a person would, and waits for the end. */
async function aborted(run: WorkflowHandle): Promise<RunEnd> {
  const abort = await host.world.evenkeel(['abort', run.workflowId, '--reason', 'by a test', '-y']);
  expect(abort).toMatchObject({ exitCode: 0 });
  return endOf(run);
}
