import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { WORKFLOW_QUEUE } from '../../src/names.js';
import { readPresence } from '../../src/presence/read-presences.js';
import { scheduleHomes } from '../../src/schedule/schedule-homes.js';
import { DeploymentWorld, temporalWithChecks } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { endOf } from '../support/run-end.js';
import { temporalCli } from '../support/temporal-cli.js';
import { TestStack } from '../support/test-stack.js';

const run = promisify(execFile);
let world: DeploymentWorld;
let stack: TestStack;

beforeAll(async () => {
  world = await DeploymentWorld.start(temporalWithChecks, {}, { EVENKEEL_BUILD_ID: '1' });
  stack = await TestStack.make(world, 'plain', { '.env': 'VERSION=1\n' });
}, 60_000);
afterAll(async () => {
  await stack.remove();
  await world.stop();
}, 60_000);

const SET_CURRENT = 'temporal worker deployment set-current-version';

/** The command that a worker has said last, once it has said one for these workers. */
async function commandSaid(workers: string): Promise<string> {
  let command: string | undefined;
  await eventually(`a worker says how runs come to ${workers}`, async () => {
    command = (await world.workerLogs()).match(new RegExp(`${SET_CURRENT} .*${workers} .*--yes`))?.[0];
    return command !== undefined;
  });
  return command!;
}

/** Types it as it stands. */
async function type(command: string): Promise<void> {
  const PATH = `${path.dirname(temporalCli())}${path.delimiter}${process.env['PATH']}`;
  await run('sh', ['-c', command], { env: { ...process.env, PATH } });
}

/** Whether it has made no step since it was started. */
async function isUntouched(handle: WorkflowHandle): Promise<boolean> {
  const { historyLength, status } = await handle.describe();
  return status.name === 'RUNNING' && historyLength === 2;
}

/** The build that has made the last decision of a run; undefined for a worker without one. */
async function buildOf(handle: WorkflowHandle): Promise<string | undefined> {
  const { raw } = await handle.describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId || undefined;
}

describe('workers with a build id', () => {
  it('get no runs until their build is made current, and say how; looks go on meanwhile', async () => {
    const deployment = await stack.start();
    const command = await commandSaid('--build-id 1');
    expect(await isUntouched(deployment)).toBe(true);

    const refused = await world.evenkeel(['deploy'], { cwd: stack.directory });
    expect(refused).toMatchObject({ exitCode: 5, stderr: expect.stringContaining(command) });

    const { checks } = await scheduleHomes(world.client);
    const look = await checks!.workflow.start('healthCheck', {
      ...{ taskQueue: WORKFLOW_QUEUE, workflowId: `look/${randomUUID()}` },
      args: [{ stack: stack.name }],
    });
    await eventually('the look has ended', async () => (await look.describe()).status.name !== 'RUNNING');

    expect(await isUntouched(deployment)).toBe(true);
    expect(await stack.state()).toEqual({});
    await type(command);
    expect(await endOf(deployment)).toMatchObject({ type: 'succeeded', result: { release: '1' } });
    expect(await stack.state()).toEqual({ 'web-1': 'running 1' });
    expect(await buildOf(deployment)).toBe('1');
    await eventually('its worker has seen it', async () => (await world.workerLogs()).includes('from now on'));
    await eventually('the host is known to be at work', async () => {
      return (await readPresence(world.client, await world.host()))?.alive === true;
    });
  }, 120_000);

  it('finish what an earlier build began, once they are current', async () => {
    await stack.write('.env', 'VERSION=2\n');
    await world.injectFaults([{ activity: 'replaceService', point: 'during', afterMs: 100, action: 'kill' }]);
    const deployment = await stack.start();
    await world.workerEnded();
    await world.startWorker({ EVENKEEL_BUILD_ID: '2' });
    const command = await commandSaid('--build-id 2');
    await eventually('the step is done, and nobody decides what follows', async () => {
      const { raw } = await deployment.describe();
      return raw.pendingWorkflowTask != null && (raw.pendingActivities ?? []).length === 0;
    });
    expect(await stack.state()).toEqual({ 'web-1': 'running 2' });
    expect(await buildOf(deployment)).toBe('1');

    await type(command);
    expect(await endOf(deployment)).toMatchObject({ type: 'succeeded', result: { release: '2' } });
    expect(await stack.state()).toEqual({ 'web-1': 'running 2' });
    expect(await buildOf(deployment)).toBe('2');
  }, 120_000);

  it('are followed by workers without one, which say how runs come to them', async () => {
    await world.killWorker('SIGTERM');
    await world.startWorker();
    await stack.write('.env', 'VERSION=3\n');
    const deployment = await stack.start();
    const command = await commandSaid('--unversioned');
    expect(await isUntouched(deployment)).toBe(true);

    await type(command);
    expect(await endOf(deployment)).toMatchObject({ type: 'succeeded', result: { release: '3' } });
    expect(await stack.state()).toEqual({ 'web-1': 'running 3' });
    expect(await buildOf(deployment)).toBeUndefined();
  }, 120_000);
});
