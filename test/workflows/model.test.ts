import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import type { Activities } from '../../activities/activities.js';
import type { AttemptEnd } from '../model/activity-task.js';
import { Agenda } from '../model/agenda.js';
import { FakeAttempt } from '../model/attempt.js';
import { Chance } from '../model/chance.js';
import type { Execution } from '../model/execution.js';
import { serviceOf, type Stage } from '../model/fake-step.js';
import { Faults } from '../model/faults.js';
import { FakeHost } from '../model/host.js';
import { play } from '../model/play.js';
import { Sandbox } from '../model/sandbox.js';
import type { Fault, Schedule, Shape, Sickness, Word } from '../model/schedule.js';
import { requestOf, servicesOf, setUp } from '../model/stack.js';
import { stepFor } from '../model/steps.js';
import type { StepCall } from '../model/temporal.js';
import { askedBy } from '../model/witness.js';
import type { DeployResult } from '../../src/spec/deploy-result.js';
import { FaultInjected } from '../../src/worker/fault-points.js';
import { fakeSteps } from '../support/fake-steps.js';
import { endOf } from '../support/run-end.js';
import { WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = new Sandbox();
  world = await WorkflowWorld.start();
}, 60_000);
afterAll(async () => {
  sandbox.close();
  await world.stop();
});

/** One service after another, so that there is one order in which all can happen. */
const shape: Shape = {
  ...{ waves: [1, 1, 1], isFirst: false, together: false, staggerMs: 0, isPulled: true, isJudged: false },
  ...{ stableForMs: 0, onInconclusive: 'rollback', hasStores: true, rehearsal: 'auto', requireApproval: false },
  ...{ deadline: undefined, skip: ['endpoints'], isWatched: false },
};

const fault = (step: string, how: Fault['how'], more: Partial<Fault> = {}): Fault => {
  return { ...{ step, how, service: 1, skip: 0, times: 1 }, ...more };
};
const sickApi: Sickness = { service: 1, of: 'new', question: 'awaitHealth', verdict: 'fail', times: 1 };
const whileReplacing = (says: Word['says']): Word => ({
  at: { step: 'replaceService', nth: 2, ticks: 3 },
  says,
  to: 0,
});

const schedules: Record<string, Partial<Schedule>> = {
  'nothing goes wrong': {},
  'a first deployment fails half-way': {
    shape: { ...shape, isFirst: true },
    faults: [fault('replaceService', 'fails half-way')],
  },
  'a gate does not pass': { sickness: [sickApi] },
  'there is weather on the way there and back': {
    sickness: [sickApi],
    faults: [
      fault('replaceService', 'weather half-way', { times: 2 }),
      fault('restoreService', 'reply lost'),
      fault('stopService', 'weather'),
    ],
  },
  'what was there cannot be brought back': { sickness: [sickApi], faults: [fault('restoreService', 'fails half-way')] },
  'a build fails': { faults: [fault('buildImages', 'fails half-way')] },
  'somebody aborts it while a service is replaced': { words: [whileReplacing('abort')] },
  'somebody cancels it while a service is replaced': { words: [whileReplacing('cancel')] },
};

/** What has to be the same: the steps that were asked for, in order, and what it came to. */
interface Course {
  asked: string[];
  end: Pick<DeployResult, 'outcome' | 'touched' | 'restored' | 'release'> & {
    failure: string | undefined;
    left: string[];
  };
}

/** These go on beside the story, and come when they come. */
const ANY_TIME = ['cancelOwnRun', 'takeDownTwin', 'examineServices'];

function courseOf(asked: { activity: string; service: string | undefined }[], result: DeployResult): Course {
  const { outcome, touched, restored, release, failure, leftovers } = result;
  return {
    asked: asked
      .filter(({ activity }) => !ANY_TIME.includes(activity))
      .map(({ activity, service }) => `${activity} ${service ?? ''}`.trim()),
    end: {
      ...{ outcome, touched, restored, release: release! },
      ...{ failure: failure?.message, left: leftovers.map(({ what, why }) => `${what}: ${why}`) },
    },
  };
}

async function byModel(schedule: Schedule): Promise<Course> {
  const [{ run, result } = { run: undefined!, result: undefined! }] = await play(sandbox, schedule);
  return courseOf(askedBy(run), result);
}

/** The same attempts, on the same kind of host, for a workflow that Temporal carries out. */
async function byTemporal(schedule: Schedule): Promise<Course> {
  const host = new FakeHost();
  setUp(host, schedule.shape);
  const services = servicesOf(schedule.shape);
  const faults = new Faults(schedule, services.flat());
  const stage: Stage = {
    ...{ host, shape: schedule.shape, services, temporal: () => undefined!, objects: () => undefined },
    imageOf: (_run, service) => `${service} of deploy/1`,
    sick: (...what) => faults.sick(...what),
  };
  let handle: WorkflowHandle;
  let replaced = 0;
  const step = (activity: string) => async (args: unknown) => {
    const { workflowExecution } = Context.current().info;
    const run = { identity: { ...workflowExecution!, type: 'deploy' }, isOpen: true } as Execution;
    const call = { run, activity, args, attempt: Context.current().info.attempt };
    if (activity === 'replaceService' && ++replaced === 2) await speak(handle, schedule.words);
    return attempted(call, host, faults, stage);
  };
  const names = Object.keys(fakeSteps().steps).filter((name) => !LEFT_TO_TEMPORAL.includes(name));
  const steps = Object.fromEntries(names.map((name) => [name, step(name)])) as Partial<Activities>;
  return world.withSteps(steps, async (start) => {
    handle = await start(requestOf(schedule.shape));
    const { result } = await endOf(handle);
    return courseOf(await askedOf(handle), result!);
  });
}

const LEFT_TO_TEMPORAL = ['locateStack', 'examineLease', 'awaitLease', 'isChainOpen', 'cancelOwnRun'];

/** Says what is to be said while a step is at work, and returns once the step has heard of it. */
async function speak(handle: WorkflowHandle, [word]: Word[]): Promise<void> {
  if (!word) return;
  if (word.says === 'cancel') await handle.cancel();
  else await handle.executeUpdate(word.says, { args: [{ by: 'ann', reason: 'because' }] });
  await Context.current().cancelled.catch(() => undefined);
}

async function attempted(call: StepCall, host: FakeHost, faults: Faults, stage: Stage): Promise<unknown> {
  const agenda = new Agenda();
  let end: AttemptEnd | undefined;
  const surroundings = {
    ...{ agenda, chance: new Chance(1), host, life: () => 0, childrenSurvive: () => false },
    stepFor: ({ run, activity, args }: StepCall) => stepFor(stage, run, activity, args),
    act: (change: () => void) => change(),
  };
  new FakeAttempt(call, faults.take(call), surroundings, (ended) => void (end = ended));
  while (agenda.quietMs !== Infinity) await agenda.next();
  // What an attempt ends with has been let out by a worker already; this worker would take it for something unexpected.
  if (end && 'error' in end)
    throw end.error instanceof ApplicationFailure ? end.error : new FaultInjected(end.error.message);
  return (end as { result: unknown }).result;
}

async function askedOf(handle: WorkflowHandle) {
  const { events } = await handle.fetchHistory();
  return events!.flatMap(({ activityTaskScheduledEventAttributes: order }) => {
    if (!order) return [];
    const [args] = order.input?.payloads ?? [];
    const given: unknown = args && defaultPayloadConverter.fromPayload(args);
    return [{ activity: order.activityType!.name!, service: serviceOf(given) }];
  });
}

describe('the Temporal of the model check', () => {
  it.each(Object.keys(schedules))('makes of a workflow what the real one does: %s', async (name) => {
    const nothing = { faults: [], sickness: [], words: [], deaths: [], byHand: [], others: [] };
    const schedule: Schedule = { shape, ...nothing, answers: [], verdicts: ['wait'], chance: 1, ...schedules[name] };
    expect(await byTemporal(schedule)).toEqual(await byModel(schedule));
  });
});
