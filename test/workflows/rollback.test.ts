import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activities } from '../../activities/activities.js';
import { finalFailure, stepOf } from '../support/fake-steps.js';
import { endOf } from '../support/run-end.js';
import { WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;

beforeAll(async () => (world = await WorkflowWorld.start()), 60_000);
afterAll(() => world.stop());

/** Each service has to be made again. */
const restoreService: Activities['restoreService'] = async ({ service }) => {
  return { state: 'running', untouched: false, remarks: [], gate: stepOf(service).gate };
};

describe('rollback', () => {
  it('builds, pulls and freezes nothing, and records a release', async () => {
    await world.withSteps({ restoreService }, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }, 'rollback'));
      expect(end).toMatchObject({
        type: 'succeeded',
        result: { release: '2', touched: ['db', 'api', 'worker', 'web'] },
      });
      const order = [
        'chooseRollback',
        'captureStack',
        'planRollback',
        'restoreService db',
        'restoreService web',
        'recordRelease',
      ];
      expect(calls.filter((call) => order.includes(call))).toEqual(order);
      for (const step of ['freezeConfig', 'buildImage api', 'replaceService api']) expect(calls).not.toContain(step);
    });
  });

  it('only plans when nothing else is asked for', async () => {
    await world.withSteps({}, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop', dryRun: true }, 'rollback'));
      expect(end).toMatchObject({ type: 'succeeded', result: { touched: [], plan: { stack: 'shop' } } });
      for (const step of ['captureStack', 'restoreService db', 'recordRelease']) expect(calls).not.toContain(step);
    });
  });

  it('is rejected with the reason where the release cannot be brought back', async () => {
    const finding = { rule: 'no-release', severity: 'error', message: 'there is no release 9' } as const;
    const none = { folder: '', hash: '' };
    const chooseRollback = async () => ({
      findings: [finding],
      release: '',
      frozen: none,
      target: none,
      references: [],
    });
    await world.withSteps({ chooseRollback }, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop', to: '9' }, 'rollback'));
      expect(end).toMatchObject({ type: 'rejected', result: { failure: { message: 'there is no release 9' } } });
      expect(calls).not.toContain('captureStack');
    });
  });

  it('brings back what served where a gate fails, and records nothing', async () => {
    const judgeServices = async () => {
      throw finalFailure('api is not well');
    };
    await world.withSteps({ judgeServices }, async (start, calls) => {
      expect(await endOf(await start({ stack: 'shop' }, 'rollback'))).toMatchObject({ type: 'rolled-back' });
      expect(calls).toContain('restoreTags');
      expect(calls).not.toContain('recordRelease');
    });
  });

  it('says what is wrong with an input that is none', async () => {
    await world.withSteps({}, async (start) => {
      const end = await endOf(await start({ stack: 'shop', to: 'seven' }, 'rollback'));
      expect(end).toMatchObject({
        type: 'InvalidInput',
        message: expect.stringContaining('named by its number') as unknown,
      });
    });
  });
});

describe('probation', () => {
  const recordRelease = async () => ({ release: '2', probation: { services: ['api'], forMs: 1000 } });

  it('begins when the release serves, and outlives the run', async () => {
    await world.withSteps({ recordRelease }, async (start, calls) => {
      const { result } = await endOf(await start({ stack: 'shop' }));
      const probation = world.env.client.workflow.getHandle(result!.probation!.workflowId);
      expect(await probation.result()).toMatchObject({ release: '2', verified: 'verified' });
      expect(calls).toContain('watchRelease');
    });
  });

  it('asks for a rollback of a sick release to what served before, which is not taken back itself', async () => {
    let look: () => void = () => undefined;
    const looked = new Promise<void>((resolve) => (look = resolve));
    const watchRelease = async () =>
      looked.then(() => ({ verified: 'sick', reason: 'exited with 3', service: 'api' }) as const);
    await world.withSteps({ recordRelease, watchRelease }, async (start, calls) => {
      const { result } = await endOf(await start({ stack: 'shop' }));
      // The release that the rollback records is watched under the same id.
      const { workflowId } = result!.probation!;
      const { runId } = await world.env.client.workflow.getHandle(workflowId).describe();
      look();
      const sick = await endOf(world.env.client.workflow.getHandle(workflowId, runId));
      expect(sick).toMatchObject({
        status: 'failed',
        type: 'sick',
        message: expect.stringContaining('api: exited with 3') as unknown,
      });
      const { rollback } = sick.result as unknown as { rollback: string };
      expect(await endOf(world.env.client.workflow.getHandle(rollback))).toMatchObject({ type: 'succeeded' });
      expect(calls.filter((call) => call === 'chooseRollback')).toHaveLength(1);
    });
  });
});
