import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activities } from '../../activities/activities.js';
import type { Progress } from '../../src/spec/progress.js';
import { eventually } from '../support/eventually.js';
import { planOf, stepOf } from '../support/fake-steps.js';
import { endOf } from '../support/run-end.js';
import { held } from '../support/latch.js';
import { refusal, say } from '../support/say.js';
import { calledOnce, WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;

beforeAll(async () => (world = await WorkflowWorld.start()), 60_000);
afterAll(() => world.stop());

/** A deployment that comes to its gates in the stack without any on a twin. */
const SHOP = { stack: 'shop', skip: ['backup', 'rehearsal'], reason: 'the stack counts' };

const isPaused = ({ lines }: Progress): boolean =>
  lines.some(({ title, state }) => title === 'paused' && state === 'running');

const pass = async ({ service }: { service: string }) => ({
  ...{ verdict: 'pass' as const, reason: 'well', service, durationMs: 1 },
});

describe('pause', () => {
  it('before the first change gives the lease up, and plans anew when the run goes on', async () => {
    const { step: preflight, letGo } = held(async () => []);
    await world.withSteps({ preflight }, async (start, calls) => {
      const handle = await start({ stack: 'shop' });
      await calledOnce(calls, 'preflight');
      expect(await refusal(handle, 'resume', { by: 'ann' })).toContain('it is not paused');
      expect(await say(handle, 'pause', { by: 'ann', reason: 'lunch' })).toContain('before it touches anything');
      expect(await refusal(handle, 'pause', { by: 'bob' })).toContain('paused already, by ann');
      letGo();
      await eventually('it is paused', async () => isPaused(await handle.query<Progress>('progress')));
      expect(calls).toContain('standAside');
      expect(calls.filter((call) => call.startsWith('replaceService'))).toEqual([]);
      const { host } = await handle.query<Progress>('progress');
      const lease = await world.env.client.workflow.getHandle(`lease/${host}/shop`).describe();
      expect(lease.status.name).toBe('COMPLETED');

      await say(handle, 'resume', { by: 'bob' });
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
      expect(calls.filter((call) => /^(beginRun|planDeployment|takeUpImages)$/.test(call))).toEqual([
        ...['beginRun', 'planDeployment', 'beginRun', 'takeUpImages', 'planDeployment'],
      ]);
    });
  });

  it('waits before the next wave where services have been replaced, and keeps the lease', async () => {
    const { step: replaceService, letGo } = held(async () => ({ containers: ['new'] }));
    await world.withSteps({ replaceService }, async (start, calls) => {
      const handle = await start(SHOP);
      await calledOnce(calls, 'replaceService db');
      expect(await say(handle, 'pause', { by: 'ann' })).toContain('before its next wave');
      letGo();
      await eventually('it is paused', async () => isPaused(await handle.query<Progress>('progress')));
      expect(calls).toContain('awaitHealth db');
      expect(calls).not.toContain('replaceService api');
      expect(calls).not.toContain('standAside');
      const { host } = await handle.query<Progress>('progress');
      const lease = await world.env.client.workflow.getHandle(`lease/${host}/shop`).describe();
      expect(lease.status.name).toBe('RUNNING');
      await say(handle, 'resume', { by: 'ann' });
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
    });
  });

  it('turns back from a pause on an abort, and when what has been replaced falls ill', async () => {
    for (const how of ['abort', 'illness'] as const) {
      const replacing = held(async () => ({ containers: ['new'] }));
      let isBack = false;
      const watching = held<{ service: string }, Awaited<ReturnType<Activities['watchStability']>>>(async (args) => ({
        ...(await pass(args)),
        verdict: how === 'illness' && !isBack ? 'fail' : 'pass',
        reason: 'restarted',
      }));
      const restoreService: Activities['restoreService'] = async ({ service }) => {
        isBack = true;
        return { state: 'running', untouched: service !== 'db', remarks: [], gate: stepOf(service).gate };
      };
      const steps = { replaceService: replacing.step, watchStability: watching.step, restoreService };
      await world.withSteps(steps, async (start, calls) => {
        const handle = await start(SHOP);
        await calledOnce(calls, 'replaceService db');
        await say(handle, 'pause', { by: 'ann' });
        replacing.letGo();
        await eventually('it is paused', async () => isPaused(await handle.query<Progress>('progress')));
        if (how === 'abort') await say(handle, 'abort', { by: 'ann' });
        watching.letGo();
        const end = await endOf(handle);
        expect(end).toMatchObject({
          result: { outcome: how === 'abort' ? 'aborted' : 'rolled-back', restored: ['db'] },
        });
      });
    }
  });

  it('is refused when nothing is left to wait for', async () => {
    const { step: awaitHealth, letGo } = held(pass);
    await world.withSteps({ awaitHealth, planDeployment: async () => planOf([['api']]) }, async (start, calls) => {
      const handle = await start(SHOP);
      await calledOnce(calls, 'replaceService api');
      expect(await refusal(handle, 'pause', { by: 'ann' })).toContain('its last wave is under way');
      letGo();
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
    });
  });

  it('goes together with an approval: both have to be over', async () => {
    await world.withSteps({}, async (start, calls) => {
      const handle = await start({ stack: 'shop', requireApproval: true });
      await eventually('it waits', async () => {
        const { awaitsApproval } = await handle.query<Progress>('progress');
        return awaitsApproval !== undefined;
      });
      await say(handle, 'pause', { by: 'ann' });
      await say(handle, 'approve', { by: 'bob' });
      await eventually('it is paused', async () => isPaused(await handle.query<Progress>('progress')));
      expect(calls).not.toContain('takeUpImages');
      await say(handle, 'resume', { by: 'ann' });
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
      expect(calls.filter((call) => call === 'standAside')).toHaveLength(1);
    });
  });
});
