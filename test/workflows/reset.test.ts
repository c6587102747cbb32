import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activities } from '../../activities/activities.js';
import { endOf } from '../support/run-end.js';
import { calledOnce, WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;

beforeAll(async () => (world = await WorkflowWorld.start()), 120_000);
afterAll(() => world.stop());

describe('a run that is reset to its beginning, and cancelled before it has begun', () => {
  it('begins in order to take back what its former self has replaced', async () => {
    // The former self stays at its replacement; the next one is held until it has been cancelled.
    let cancelled: () => void = () => undefined;
    const cancellation = new Promise<void>((resolve) => (cancelled = resolve));
    let host = '';
    let located = 0;
    let begun = 0;
    const steps: Partial<Activities> = {
      locateStack: async () => {
        located += 1;
        if (located > 1) await cancellation;
        return { host, indexed: false };
      },
      // The lease of the former self is that of its chain.
      examineLease: async () => ({ state: 'yours' }),
      beginRun: async () => {
        begun += 1;
        if (begun === 1) return { epoch: 1, runFolder: '/runs/1' };
        const formerSelf = { begun: ['db'], services: ['db', 'api'], frozen: { folder: 'runs/1/frozen' } };
        return { epoch: 2, runFolder: '/runs/2', capture: { release: '1', folder: 'runs/2/capture', formerSelf } };
      },
      replaceService: () => cancellation.then(() => ({ containers: [] })),
    };
    await world.withSteps(steps, async (start, calls, ownHost) => {
      host = ownHost;
      const former = await start({ stack: 'shop' });
      await calledOnce(calls, 'replaceService db');
      const { client } = world.env;
      const { runId } = await client.workflowService.resetWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId: former.workflowId },
        reason: 'by a test',
        requestId: randomUUID(),
        // After the first workflow task.
        workflowTaskFinishEventId: 4 as never,
      });
      const run = client.workflow.getHandle(former.workflowId, runId);
      await run.cancel();
      cancelled();
      expect(await endOf(run)).toMatchObject({ status: 'cancelled', type: 'aborted', result: { restored: ['db'] } });
      expect(calls).toEqual(expect.arrayContaining(['restoreService db', 'restoreTags', 'clearUp']));
    });
  }, 180_000);
});
