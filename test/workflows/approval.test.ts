import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { Activities } from '../../activities/activities.js';
import type { ApprovalPolicy } from '../../src/spec/approval.js';
import type { Progress } from '../../src/spec/progress.js';
import { eventually } from '../support/eventually.js';
import { finalFailure, planOf } from '../support/fake-steps.js';
import { endOf } from '../support/run-end.js';
import { refusal, say } from '../support/say.js';
import { type Start, WorkflowWorld } from '../support/workflow-world.js';
import { awaitingApproval } from '../support/awaiting-approval.js';

let world: WorkflowWorld;

beforeAll(async () => (world = await WorkflowWorld.start()), 60_000);
afterAll(() => world.stop());

const DAY_MS = 86_400_000;
const POLICY: ApprovalPolicy = { before: ['deploy'], expiresMs: DAY_MS, quorum: 1 };

/** A deployment of a stack with an approval policy. */
async function underPolicy(
  policy: Partial<ApprovalPolicy>,
  overrides: Partial<Activities>,
  act: (start: Start, calls: string[]) => Promise<void>,
): Promise<void> {
  const freezeConfig: Activities['freezeConfig'] = async () => ({
    frozen: { folder: 'runs/1/frozen', hash: 'f' },
    findings: [],
    images: [{ service: 'api', ref: 'shop-api', source: 'build' }],
    rehearsal: 'auto',
    approval: { ...POLICY, ...policy },
  });
  await world.withSteps({ freezeConfig, ...overrides }, act);
}

/** Steps that change or prove something, and those of the wait. */
const TOLD =
  /^(beginRun|captureStack|dumpStore|deriveTwin|standAside|takeUpImages|letImagesGo|replaceService|recordRelease)/;

describe('approval', () => {
  it('waits after the rehearsal, holds nothing meanwhile, and goes on with a new look and a new backup', async () => {
    await underPolicy({}, {}, async (start, calls) => {
      const handle = await start({ stack: 'shop' });
      const { awaitsApproval, phase } = await awaitingApproval(handle);
      expect(phase).toBe('approval');
      expect(awaitsApproval).toMatchObject({ quorum: 1, plan: { hash: 'p' } });
      const before = calls.filter((call) => TOLD.test(call));
      expect(before).toEqual(['beginRun', 'captureStack', 'dumpStore', 'deriveTwin', 'standAside']);
      expect(await openLeases('shop', handle)).toEqual([]);

      expect(await say(handle, 'approve', { by: 'ann', reason: 'looks right', plan: 'p' })).toContain('1 of 1');
      const end = await endOf(handle);
      expect(end).toMatchObject({
        type: 'succeeded',
        result: { approvals: [{ by: 'ann', reason: 'looks right', planHash: 'p' }] },
      });
      // The services of a wave are replaced together, in no order.
      const after = calls.filter((call) => TOLD.test(call)).slice(before.length);
      expect(after.map((call) => call.replace(/^replaceService .*/, 'replaceService'))).toEqual([
        'beginRun',
        'captureStack',
        'takeUpImages',
        'dumpStore',
        'deriveTwin',
        ...['replaceService', 'replaceService', 'replaceService', 'replaceService'],
        'recordRelease',
      ]);
    });
  });

  it('asks nobody where nothing would change, and on a dry run', async () => {
    await underPolicy({}, { planDeployment: async () => planOf([]) }, async (start) => {
      expect(await endOf(await start({ stack: 'shop' }))).toMatchObject({ type: 'succeeded' });
    });
    await underPolicy({}, {}, async (start) => {
      expect(await endOf(await start({ stack: 'shop', dryRun: true }))).toMatchObject({ type: 'succeeded' });
    });
  });

  it('waits where only the request asks for it, too', async () => {
    await world.withSteps({}, async (start) => {
      const handle = await start({ stack: 'shop', requireApproval: true });
      const { awaitsApproval } = await awaitingApproval(handle);
      expect(awaitsApproval!.quorum).toBe(1);
      await say(handle, 'approve', { by: 'ann' });
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
    });
  });

  it('needs as many different people as the quorum says', async () => {
    await underPolicy({ quorum: 2 }, {}, async (start, calls) => {
      const handle = await start({ stack: 'shop' });
      await awaitingApproval(handle);
      expect(await say(handle, 'approve', { by: 'ann' })).toContain('1 of 2');
      expect(await refusal(handle, 'approve', { by: ' Ann ' })).toContain('ann has approved this plan already');
      expect(await refusal(handle, 'approve', { by: ' ' })).toContain('say who you are');
      expect(await refusal(handle, 'approve', { by: 'bob', plan: 'other' })).toContain('the plan is p now, not other');
      expect(calls).not.toContain('takeUpImages');
      expect(await say(handle, 'approve', { by: 'bob' })).toContain('2 of 2');
      const end = await endOf(handle);
      expect(end.result?.approvals?.map(({ by }) => by)).toEqual(['ann', 'bob']);
    });
  });

  it('is refused while the run does not wait, with what it does instead', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const preflight = async () => {
      await gate;
      return [];
    };
    await underPolicy({}, { preflight }, async (start) => {
      const handle = await start({ stack: 'shop' });
      expect(await refusal(handle, 'approve', { by: 'ann' })).toContain('does not wait for an approval now');
      expect(await refusal(handle, 'reject', { by: 'ann' })).toContain('does not wait for an approval now');
      open();
      await awaitingApproval(handle);
      await say(handle, 'reject', { by: 'ann', reason: 'not on a Friday' });
      await endOf(handle);
    });
  });

  it('ends as rejected, and touches nothing, when somebody refuses', async () => {
    await underPolicy({ quorum: 2 }, {}, async (start, calls) => {
      const handle = await start({ stack: 'shop' });
      await awaitingApproval(handle);
      await say(handle, 'approve', { by: 'ann' });
      await say(handle, 'reject', { by: 'bob', reason: 'not on a Friday' });
      const end = await endOf(handle);
      expect(end).toMatchObject({
        status: 'failed',
        type: 'rejected',
        result: {
          touched: [],
          leftovers: [],
          approvals: [{ by: 'ann' }],
          failure: { phase: 'approval', message: 'refused by bob: not on a Friday' },
        },
      });
      expect(calls).toContain('letImagesGo');
      // Its names are back since it stood aside; by now they may be somebody else's.
      expect(calls).not.toContain('restoreTags');
    });
  });

  it('ends as rejected when too few have approved in time', async () => {
    await underPolicy({ quorum: 2, expiresMs: 500 }, {}, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({ status: 'failed', type: 'rejected', result: { failure: { phase: 'approval' } } });
      expect(end.message).toContain('0 of 2 had approved');
      expect(calls).toContain('letImagesGo');
    });
  });

  it('stands aside only once its twin is gone', async () => {
    let isGone = false;
    const takeDownTwin: Activities['takeDownTwin'] = async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      isGone = true;
      return { leftovers: [] };
    };
    const standAside: Activities['standAside'] = async () => {
      if (!isGone) throw finalFailure('the twin is still there');
      return { images: [], findings: [] };
    };
    await underPolicy({}, { takeDownTwin, standAside }, async (start) => {
      const handle = await start({ stack: 'shop' });
      await awaitingApproval(handle);
      await say(handle, 'approve', { by: 'ann' });
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
    });
  });

  it('waits longer when somebody gives it more time', async () => {
    await underPolicy({ expiresMs: 3000 }, {}, async (start) => {
      const handle = await start({ stack: 'shop' });
      const { awaitsApproval } = await awaitingApproval(handle);
      expect(await refusal(handle, 'extendDeadline', { by: 'ann' })).toContain('say how much more');
      expect(await say(handle, 'extendDeadline', { by: 'ann', for: '1h' })).toContain('the approval until');
      const { awaitsApproval: later } = await handle.query<Progress>('progress');
      expect(later!.expiresAtMs).toBe(awaitsApproval!.expiresAtMs + 3_600_000);
      await say(handle, 'approve', { by: 'bob' });
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
    });
  });

  it('is aborted while it waits', async () => {
    await underPolicy({}, {}, async (start, calls) => {
      const handle = await start({ stack: 'shop' });
      await awaitingApproval(handle);
      await say(handle, 'abort', { by: 'ann', reason: 'wrong day' });
      expect(await endOf(handle)).toMatchObject({
        status: 'cancelled',
        result: { outcome: 'aborted', touched: [], leftovers: [], failure: { message: 'aborted by ann: wrong day' } },
      });
      expect(calls).toContain('letImagesGo');
    });
  });

  it('voids approvals of a plan that is another one by then, rehearses the new one, and waits again', async () => {
    let planned = 0;
    const planDeployment = async () => {
      planned += 1;
      const plan = planOf(planned === 1 ? [['api']] : [['api'], ['web']]);
      return { ...plan, hash: planned === 1 ? 'first' : 'second' };
    };
    await underPolicy({}, { planDeployment }, async (start, calls) => {
      const handle = await start({ stack: 'shop' });
      await awaitingApproval(handle);
      await say(handle, 'approve', { by: 'ann' });
      await eventually('it waits for the new plan', async () => {
        const { awaitsApproval } = await handle.query<Progress>('progress');
        return awaitsApproval?.plan.hash === 'second';
      });
      const { warnings } = await handle.query<Progress>('progress');
      expect(warnings.find(({ rule }) => rule === 'plan-changed')?.message).toContain(
        'replace web (image changed) too',
      );
      expect(calls.filter((call) => call === 'startOnTwin')).toHaveLength(4);
      expect(calls.filter((call) => call.startsWith('replaceService'))).toEqual([]);

      // Who approved the plan before has not approved this one.
      await say(handle, 'approve', { by: 'ann', reason: 'this one too' });
      const end = await endOf(handle);
      expect(end).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'] } });
      expect(end.result?.approvals).toMatchObject([
        { planHash: 'first', voidedBecause: expect.stringContaining('web') },
        { planHash: 'second', reason: 'this one too' },
      ]);
    });
  });

  it('waits its turn when another run has the stack by then', async () => {
    let held = false;
    let freed: () => void = () => undefined;
    const free = new Promise<void>((resolve) => (freed = resolve));
    const examineLease: Activities['examineLease'] = async () =>
      held ? { state: 'held', by: 'another' } : { state: 'free' };
    await underPolicy({}, { examineLease, awaitLease: () => free }, async (start, calls) => {
      const handle = await start({ stack: 'turn' });
      await awaitingApproval(handle);
      held = true;
      const other = await world.env.client.workflow.start('lease', {
        taskQueue: 'nobody',
        workflowId: await leaseOf(handle, 'turn'),
        args: [{ holder: { workflowId: 'another', firstRunId: '1' } }],
      });
      await say(handle, 'approve', { by: 'ann' });
      await eventually('it queues', async () => calls.includes('awaitLease'));
      expect(calls).not.toContain('takeUpImages');
      await other.terminate();
      held = false;
      freed();
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
    });
  });
});

async function leaseOf(handle: WorkflowHandle, stack: string): Promise<string> {
  const { host } = await handle.query<Progress>('progress');
  return `lease/${host}/${stack}`;
}

async function openLeases(stack: string, handle: WorkflowHandle): Promise<string[]> {
  const id = await leaseOf(handle, stack);
  const { status } = await world.env.client.workflow.getHandle(id).describe();
  return status.name === 'RUNNING' ? [id] : [];
}
