import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type WorkflowHandle, WorkflowFailedError } from '@temporalio/client';
import { defineSearchAttributeKey, type ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../activities/activities.js';
import { SEARCH_ATTRIBUTES } from '../../src/names.js';
import { ensureSearchAttributes } from '../../src/worker/search-attributes.js';
import { fakeSteps, finalFailure } from '../support/fake-steps.js';
import { CASES_QUEUE, WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;

beforeAll(async () => {
  world = await WorkflowWorld.start();
  await ensureSearchAttributes(world.env.connection, 'default');
}, 60_000);
afterAll(async () => world.stop());

const key = (name: keyof typeof SEARCH_ATTRIBUTES) => defineSearchAttributeKey(SEARCH_ATTRIBUTES[name], 'KEYWORD');
const ILL: Activities['lookAtStack'] = async ({ stack }) => ({
  ...(await fakeSteps().steps.lookAtStack({ stack })),
  ...{ health: 'unhealthy', reason: 'db: it has no container' },
});

/** How a run closed. */
async function closed(run: WorkflowHandle): Promise<{ result?: unknown; type?: string; message?: string }> {
  try {
    return { result: await run.result() };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { type, message } = error.cause as ApplicationFailure;
    return { type: type ?? '', message };
  }
}

describe('check and healthCheck', () => {
  it('complete whatever they find', async () => {
    await world.withSteps({ lookAtStack: ILL }, async (start, calls) => {
      expect(await closed(await start({ stack: 'shop', only: 'redis' }, 'check'))).toMatchObject({
        result: { health: 'healthy' },
      });
      expect(await closed(await start({ stack: 'shop' }, 'healthCheck'))).toMatchObject({
        result: { health: 'unhealthy', trend: { failuresInARow: 0 } },
      });
      expect(calls).toEqual(['locateStack', 'checkStack', 'locateStack', 'lookIfHere', 'lookAtStack']);
    });
  });

  it('are found by what they found, in few events, where a schedule says who and where', async () => {
    await world.withSteps({ lookIfHere: ILL }, async (_start, calls, host) => {
      const scheduled = await world.env.client.workflow.start('healthCheck', {
        ...{ taskQueue: CASES_QUEUE, workflowId: `health/${host}/shop`, args: [{ stack: 'shop', host }] },
        typedSearchAttributes: [
          { key: key('stack'), value: 'shop' },
          { key: key('host'), value: host },
        ],
      });
      expect(await closed(scheduled)).toMatchObject({ result: { health: 'unhealthy' } });
      const { typedSearchAttributes } = await scheduled.describe();
      expect(typedSearchAttributes.get(key('outcome'))).toBe('unhealthy');
      // Nobody was asked where it is, and the worker that had the run looked itself.
      expect(calls).toEqual(['lookIfHere']);
      expect((await scheduled.fetchHistory()).events!.length).toBeLessThanOrEqual(7);
    });
  });

  it('fail only where nobody could look, in words for people', async () => {
    const broken = async (): Promise<never> => {
      throw finalFailure('Docker does not answer');
    };
    await world.withSteps({ checkStack: broken, lookIfHere: broken }, async (start) => {
      for (const runbook of ['check', 'healthCheck']) {
        expect(await closed(await start({ stack: 'shop' }, runbook))).toEqual({
          type: 'CouldNotLook',
          message: 'shop could not be looked at, which says nothing of it: Docker does not answer',
        });
      }
    });
  });

  it.each(['check', 'healthCheck'])('%s refuses what is no look', async (runbook) => {
    await world.withSteps({}, async (start) => {
      for (const input of [undefined, { stack: 'shop', onyl: 'redis' }]) {
        expect(await closed(await start(input, runbook))).toMatchObject({
          type: 'InvalidInput',
          message: expect.stringContaining('The smallest input is {"stack":"shop"}.'),
        });
      }
    });
  });
});
