import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { leaseId, presenceId, probationId } from '../../src/names.js';
import { awaitingApproval } from '../support/awaiting-approval.js';
import { bundlesOf, unlessStuck } from '../support/bundles-of-run.js';
import { childrenOf } from '../support/children-of-run.js';
import { CreatedContainers } from '../support/created-containers.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { isLeased, leaseIsFree, leftBehind, misnamedContainers, NOTHING } from '../support/left-behind.js';
import { previousProgram, removePreviousProgram } from '../support/previous-program.js';
import { endOf, type RunEnd } from '../support/run-end.js';
import { comesTo } from '../support/run-lines.js';
import { say } from '../support/say.js';
import { TestStack } from '../support/test-stack.js';

const BY = { by: 'a test' };
const OLD = { 'api-1': 'running 1', 'web-1': 'running 1' };
const NEW = { 'api-1': 'running 2', 'web-1': 'running 2' };

let world: DeploymentWorld;
const stacks: TestStack[] = [];
let waiting: Begun;
let replacing: Begun;
let goingBack: Begun;
let lease: WorkflowHandle;
let presence: WorkflowHandle;
let probation: WorkflowHandle;

/** A deployment that the workflows of the last release have begun. */
interface Begun {
  stack: TestStack;
  run: WorkflowHandle;
  created: CreatedContainers;
}

/** Runs are brought to where an update may meet them. Then their worker is killed, and the one that follows has the workflows of now. */
beforeAll(async () => {
  world = await DeploymentWorld.start(undefined, {}, {}, await previousProgram());
  const [first, second, third] = await Promise.all([
    deployedOnce((yaml) => yaml.replace('probation: 0s', 'probation: 5m')),
    // Its new container is there, under another name, for as long as the old one takes to stop.
    deployedOnce((yaml) => yaml.replace('  api:\n', '  api:\n    stop_signal: SIGUSR1\n    stop_grace_period: 4s\n')),
    deployedOnce(),
  ]);
  await world.injectFaults([{ activity: 'restoreService', point: 'during', action: 'hold' }]);
  waiting = await begin(first, '', { requireApproval: true });
  goingBack = await begin(third, 'API_EXIT_CODE=3\n');
  await Promise.all([awaitingApproval(waiting.run), isHeld()]);
  await world.injectFaults([{ activity: 'replaceService', service: 'api', point: 'during', action: 'hold' }]);
  replacing = await begin(second);
  await eventually('Compose has made the new api', async () => (await misnamedContainers(second)).length > 0);
  await isHeld();
  await say(replacing.run, 'pause', BY);

  const host = await world.host();
  lease = await present(leaseId(host, second.name));
  probation = await present(probationId(host, first.name));
  presence = await present(presenceId(host));
  await world.killWorker();
  await world.startWorker();
}, 180_000);
afterAll(async () => {
  // Where a test has failed it may still be at work on a stack.
  await world.killWorker();
  for (const { created } of [waiting, replacing, goingBack]) await created?.stop();
  for (const stack of stacks) await stack.remove();
  await world.stop();
  await removePreviousProgram();
}, 60_000);

describe('a run that begins on the workflows of the last release, and goes on with those of now', () => {
  it('waits for approval: it is approved, and deploys', async () => {
    await unlessStuck(world, say(waiting.run, 'approve', BY));
    const end = await ended(waiting);
    expect(end).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'], leftovers: [] } });
    await serves(waiting, NEW, { api: 1, web: 1 });
  }, 120_000);

  it('was in the middle of replacing a service, and has been told to pause: it does, and then goes on', async () => {
    await unlessStuck(world, comesTo(replacing.run, 'paused'));
    // Its lease is woken by what is of no concern to it.
    await lease.signal('release', { workflowId: 'another', firstRunId: 'another' });
    await goesOnWithPresent(lease);
    expect(await isLeased(replacing.stack)).toBe(true);

    await unlessStuck(world, say(replacing.run, 'resume', BY));
    const end = await ended(replacing);
    expect(end).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'], leftovers: [] } });
    await serves(replacing, NEW, { api: 1, web: 1 });
    const children = await childrenOf(replacing.run, replacing.stack);
    expect(children.map(({ name }) => name)).toEqual(['replace-api', 'replace-web']);
  }, 120_000);

  it('was on its way back: all is as it was', async () => {
    const end = await ended(goingBack);
    expect(end).toMatchObject({ type: 'rolled-back', result: { restored: ['api'], release: '1', leftovers: [] } });
    await serves(goingBack, OLD, { api: 2 });
  }, 120_000);

  it('is a probation: it ends when a newer release serves', async () => {
    expect(await unlessStuck(world, probation.result())).toMatchObject({ release: '1', verified: 'unknown' });
    await goesOnWithPresent(probation);
  }, 120_000);

  it('is the presence of a host: it hears of the new worker', async () => {
    await goesOnWithPresent(presence);
  }, 120_000);
});

async function deployedOnce(change: (yaml: string) => string = (yaml) => yaml): Promise<TestStack> {
  const stack = await TestStack.make(world, 'pair', { '.env': 'VERSION=1\n' });
  stacks.push(stack);
  await stack.edit('compose.yaml', change);
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
  return stack;
}

async function begin(stack: TestStack, more = '', request: Parameters<TestStack['start']>[0] = {}): Promise<Begun> {
  await stack.write('.env', `VERSION=2\n${more}`);
  const created = CreatedContainers.watch(stack);
  return { stack, created, run: await stack.start(request) };
}

/** The fault has struck: from now until its worker is killed, a step does not end. */
async function isHeld(): Promise<void> {
  await eventually('a step is held', async () => (await world.struckFaults()).length > 0);
}

/** The run that has this id now; another one may have it later. */
async function present(workflowId: string): Promise<WorkflowHandle> {
  const { runId } = await world.client.workflow.getHandle(workflowId).describe();
  return world.client.workflow.getHandle(workflowId, runId);
}

/** What the workflows of the last release have decided of it, those of now can replay, and decide the rest. */
async function goesOnWithPresent(workflow: WorkflowHandle): Promise<void> {
  await unlessStuck(
    world,
    eventually(`${workflow.workflowId} goes on`, async () => (await bundlesOf(workflow)).includes('present')),
  );
  expect(await bundlesOf(workflow)).toEqual(['previous', 'present']);
}

async function ended({ run }: Begun): Promise<RunEnd> {
  return unlessStuck(world, endOf(run, 60_000));
}

/** The containers are those of the version, made as often as said; both bundles had a part in it, and nothing is left of the run. */
async function serves({ stack, run, created }: Begun, state: object, made: Record<string, number>): Promise<void> {
  await goesOnWithPresent(run);
  expect(await stack.state()).toEqual(state);
  expect(created.take()).toEqual(made);
  await leaseIsFree(stack);
  expect(await leftBehind(stack)).toEqual(NOTHING);
}
