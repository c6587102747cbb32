import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type WorkflowHandle, WorkflowFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../activities/activities.js';
import { probationId } from '../../src/names.js';
import type { HoldReport } from '../../src/spec/hold.js';
import type { ProbationResult } from '../../src/spec/probation.js';
import { finalFailure } from '../support/fake-steps.js';
import { endOf } from '../support/run-end.js';
import { CASES_QUEUE, WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;
beforeAll(async () => (world = await WorkflowWorld.start()), 60_000);
afterAll(async () => world.stop());

const HOLD = { by: 'ann', reason: 'a look by hand', atMs: 0, untilMs: 3_600_000 };
const WORDS = 'held by ann until 1970-01-01T01:00:00Z: a look by hand';
/** A host on which the stack is held. */
const HELD: Partial<Activities> = { beginRun: async () => ({ epoch: 1, runFolder: '/runs/1', hold: HOLD }) };
const SICK = { verified: 'sick', reason: 'exited with 3', service: 'api' } as const;
const WATCHED: Partial<Activities> = {
  recordRelease: async () => ({ release: '2', probation: { services: ['api'], forMs: 1000 } }),
};

/** How a hold closed. */
async function closed(run: WorkflowHandle): Promise<HoldReport | { type: string; message: string }> {
  try {
    return (await run.result()) as HoldReport;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { type, message } = error.cause as ApplicationFailure;
    return { type: type ?? '', message };
  }
}

describe('the workflow hold', () => {
  const asked = { stack: 'shop', performer: 'ann', reason: 'why' };

  it('has the host remember who, why, and until when, counted from when it was asked for', async () => {
    await world.withSteps({}, async (start, calls) => {
      const run = await start({ ...asked, for: '2h' }, 'hold');
      const { hold } = (await closed(run)) as HoldReport;
      const { startTime } = await run.describe();
      const atMs = startTime.getTime();
      expect(hold).toEqual({ by: 'ann', reason: 'why', atMs, untilMs: atMs + 7_200_000 });
      expect(calls).toEqual(['locateStack', 'holdStack']);
    });
  });

  it('refuses in words what is no hold', async () => {
    await world.withSteps({}, async (start, calls) => {
      for (const input of [undefined, { stack: 'shop', performer: 'ann' }, { ...asked, untli: '1h' }]) {
        expect(await closed(await start(input, 'hold'))).toMatchObject({
          type: 'InvalidInput',
          message: expect.stringContaining(
            'The smallest input is {"stack":"shop","performer":"your name","reason":"why"}',
          ),
        });
      }
      expect(calls).toEqual([]);
    });
  });

  it('fails where the host could not be told', async () => {
    const holdStack = async (): Promise<never> => {
      throw finalFailure('the disk is full');
    };
    await world.withSteps({ holdStack }, async (start) => {
      expect(await closed(await start(asked, 'hold'))).toEqual({
        type: 'CouldNotHold',
        message: 'nobody knows whether shop is held: the disk is full',
      });
    });
  });
});

describe('a stack that is held', () => {
  it.each(['deploy', 'rollback', 'backup', 'restore'])('is none to a person, who is told: %s', async (runbook) => {
    await world.withSteps(HELD, async (start) => {
      const { type, result } = await endOf(await start({ stack: 'shop' }, runbook));
      expect(type).toBe('succeeded');
      expect(result!.warnings).toContainEqual(
        expect.objectContaining({ rule: 'held', message: `the stack is ${WORDS}` }),
      );
    });
  });

  it('keeps a schedule from backing up: nothing is dumped', async () => {
    await world.withSteps(HELD, async (_start, calls, host) => {
      const scheduleId = `backup/${host}/shop`;
      const schedule = await world.env.client.schedule.create({
        scheduleId,
        spec: {},
        action: {
          ...{ type: 'startWorkflow', workflowType: 'backup', taskQueue: CASES_QUEUE, workflowId: scheduleId },
          args: [{ stack: 'shop', host }],
        },
      });
      await schedule.trigger();
      const run = await firstRunOf(schedule);
      expect(await endOf(run)).toMatchObject({
        ...{ status: 'failed', type: 'rejected', message: WORDS },
        result: { outcome: 'rejected', touched: [] },
      });
      expect(calls.filter((call) => /Store|Twin|freeze/.test(call))).toEqual([]);
      await schedule.delete();
    });
  });

  it('keeps a probation from taking a sick release back, and that says so', async () => {
    const watchRelease = async () => ({ ...SICK, held: WORDS });
    await world.withSteps({ ...WATCHED, watchRelease }, async (start, calls, host) => {
      await endOf(await start({ stack: 'shop' }));
      const probation = await endOf(world.env.client.workflow.getHandle(probationId(host, 'shop')));
      expect(probation).toMatchObject({
        ...{ type: 'sick', message: expect.stringContaining(`it is not taken back, since the stack is ${WORDS}`) },
        result: { verified: 'sick', held: WORDS },
      });
      expect(probation.result).not.toHaveProperty('rollback');
      expect(calls).not.toContain('chooseRollback');
    });
  });

  it('keeps a rollback from acting that a probation had asked for before', async () => {
    // The deployment has begun before the stack was held.
    let begun = 0;
    const beginRun: Activities['beginRun'] = async () => ({
      ...{ epoch: 1, runFolder: '/runs/1' },
      ...(begun++ === 0 ? {} : { hold: HOLD }),
    });
    await world.withSteps({ ...WATCHED, beginRun, watchRelease: async () => SICK }, async (start, calls, host) => {
      await endOf(await start({ stack: 'shop' }));
      const probation = await endOf(world.env.client.workflow.getHandle(probationId(host, 'shop')));
      const { rollback } = probation.result as unknown as ProbationResult;
      expect(await endOf(world.env.client.workflow.getHandle(rollback!))).toMatchObject({
        ...{ type: 'rejected', message: WORDS },
      });
      expect(calls).not.toContain('chooseRollback');
    });
  });
});

/** The run that a schedule has started; it takes a moment. */
async function firstRunOf(schedule: { describe(): Promise<{ info: { recentActions: Action[] } }> }) {
  for (;;) {
    const [action] = (await schedule.describe()).info.recentActions;
    if (action) return world.env.client.workflow.getHandle(action.action.workflow.workflowId);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Action {
  action: { workflow: { workflowId: string } };
}
