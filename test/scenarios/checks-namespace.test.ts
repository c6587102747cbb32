import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import type { Check } from '../../src/cli/doctor/check.js';
import { checksNamespace, scheduleId, WORKFLOW_QUEUE } from '../../src/names.js';
import { askSchedule } from '../../src/schedule/ask-schedule.js';
import { type ScheduleHomes, scheduleHomes } from '../../src/schedule/schedule-homes.js';
import { listSchedules, type ScheduleListed, setSchedule } from '../../src/schedule/schedules.js';
import type { ScheduleKind } from '../../src/spec/schedule.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { endOf } from '../support/run-end.js';
import { TestStack } from '../support/test-stack.js';

/** No look comes by itself while the test counts them. */
const SELDOM = '720h';

let world: DeploymentWorld;
let stack: TestStack;
/** Namespaces of the runs and of the looks. */
let runs: string;
let looks: string;

beforeAll(async () => {
  world = await DeploymentWorld.start();
  [runs, looks] = [world.namespace, checksNamespace(world.namespace)];
  stack = await TestStack.make(world, 'plain');
}, 60_000);
afterAll(async () => {
  await stack.remove();
  await world.stop();
}, 60_000);

/** Runs a verb on the stack, and returns its document. */
async function evenkeel<T>(...args: string[]): Promise<T> {
  const end = await world.evenkeel(['--json', ...args], { cwd: stack.directory });
  if (end.exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${end.exitCode}: ${end.stdout}`);
  return JSON.parse(end.stdout) as T;
}

/** The schedules of the stack: `default-checks: health, paused`. */
async function schedules(): Promise<string[]> {
  const listed = await evenkeel<ScheduleListed[]>('-p', stack.name, 'schedule', 'list');
  return listed.map(({ namespace, kind, paused }) => `${namespace}: ${kind}${paused ? ', paused' : ''}`);
}

/** Which of both namespaces have a schedule of this kind, whatever the list says. */
async function whereIs(kind: ScheduleKind, homes: ScheduleHomes): Promise<string[]> {
  const id = scheduleId(kind, await world.host(), stack.name);
  const seen = [homes.runs, homes.checks!].map(async (client) =>
    (await askSchedule(client, id)) === undefined ? [] : [client.options.namespace],
  );
  return (await Promise.all(seen)).flat();
}

/** What `evenkeel doctor` finds about where looks are. */
async function doctorOfLooks(): Promise<Check | undefined> {
  const { stdout } = await world.evenkeel(['--json', 'doctor']);
  return (JSON.parse(stdout) as { checks: Check[] }).checks.find(({ name }) => name === 'looks');
}

const looksIn = async ({ workflow }: Client): Promise<number> =>
  (await workflow.count(`WorkflowType = "healthCheck" AND ExecutionStatus = "Completed"`)).count;

describe('a Temporal that gets its namespace of looks later', () => {
  let homes: ScheduleHomes;

  it('has looks made among the runs until then, and its worker says what to do', async () => {
    await evenkeel('schedule', 'set', 'health', SELDOM);
    await evenkeel('schedule', 'set', 'backup', SELDOM);
    await evenkeel('schedule', 'trigger', 'health');
    await eventually('it is looked at', async () => (await looksIn(world.client)) === 1);
    await evenkeel('schedule', 'pause', 'health', '--reason', 'by a test');
    await eventually('the list has it', async () => {
      return (await schedules()).join('; ') === `${runs}: backup; ${runs}: health, paused`;
    });
    const remedy = `temporal operator namespace create --namespace ${looks} --retention 72h`;
    expect(await doctorOfLooks()).toMatchObject({ state: 'warn', remedy: expect.stringContaining(remedy) });
    await eventually('it is said, once', async () => (await world.workerLogs()).split(remedy).length === 2);
  }, 120_000);

  it('has them there from then on, as they were, and nothing is in both', async () => {
    await world.client.workflowService.registerNamespace({
      namespace: looks,
      workflowExecutionRetentionPeriod: { seconds: (72 * 3600) as never },
    });
    homes = await scheduleHomes(world.client);
    await eventually(
      'the worker has moved what was there',
      async () => {
        // Parts of Temporal do not know the namespace at once.
        return (await whereIs('health', homes).catch(() => [])).join() === looks;
      },
      120_000,
    );
    expect(await whereIs('backup', homes)).toEqual([runs]);
    await eventually('the list has it', async () => {
      return (await schedules()).join('; ') === `${runs}: backup; ${looks}: health, paused`;
    });
    const [health] = (await listSchedules(homes, stack.name)).filter(({ kind }) => kind === 'health');
    expect(health).toMatchObject({ when: '30d', note: expect.stringContaining('by a test') });

    expect(await doctorOfLooks()).toMatchObject({ state: 'ok', found: expect.stringContaining(looks) });
    await evenkeel('schedule', 'trigger', 'health');
    await eventually('it is looked at', async () => (await looksIn(homes.checks!)) === 1);
    expect(await looksIn(homes.runs)).toBe(1);
  }, 240_000);

  it('has one that an older command line has set among the runs moved by the next one', async () => {
    const ref = { kind: 'health' as const, host: await world.host(), stack: stack.name };
    const time = { kind: 'every' as const, everyMs: 86_400_000, text: '1d' };
    await setSchedule({ runs: world.client }, { ...ref, time, timezone: 'UTC' });
    expect(await whereIs('health', homes)).toEqual([runs, looks]);
    await evenkeel('schedule', 'set', 'health', '48h');
    expect(await whereIs('health', homes)).toEqual([looks]);
    await eventually('it is as it was set last, and as paused as before', async () => {
      const listed = await listSchedules(homes, stack.name);
      return listed.some(({ kind, when, paused }) => kind === 'health' && when === '2d' && paused);
    });
  }, 60_000);

  it('refuses there what is no look', async () => {
    for (const type of ['deploy', 'backup', 'check', 'hold']) {
      const run = await homes.checks!.workflow.start(type, {
        ...{ taskQueue: WORKFLOW_QUEUE, workflowId: `${type}/by-hand/${stack.name}` },
        args: [{ stack: stack.name, ...(type === 'hold' ? { performer: 'a test', reason: 'a test' } : {}) }],
      });
      expect(await endOf(run)).toMatchObject({
        message: expect.stringContaining(`start ${type} in namespace ${runs}`),
      });
    }
  }, 60_000);

  it('has nothing left in either once it is scheduled no more', async () => {
    await evenkeel('schedule', 'remove');
    expect([await whereIs('health', homes), await whereIs('backup', homes)]).toEqual([[], []]);
  }, 60_000);
});
