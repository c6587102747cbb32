import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { Activities } from '../../activities/activities.js';
import type { ApprovalPolicy } from '../../src/spec/approval.js';
import type { Progress } from '../../src/spec/progress.js';
import { eventually } from '../support/eventually.js';
import { planOf, stepOf } from '../support/fake-steps.js';
import { endOf } from '../support/run-end.js';
import { say } from '../support/say.js';
import { type Start, WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;

beforeAll(async () => (world = await WorkflowWorld.start()), 60_000);
afterAll(() => world.stop());

const POLICY: ApprovalPolicy = { before: ['rollback'], expiresMs: 86_400_000, quorum: 1 };

const restoreService: Activities['restoreService'] = async ({ service }) => {
  return { state: 'running', untouched: false, remarks: [], gate: stepOf(service).gate };
};

/** A rollback of a stack with an approval policy. */
async function underPolicy(
  policy: Partial<ApprovalPolicy> | undefined,
  overrides: Partial<Activities>,
  act: (start: Start, calls: string[]) => Promise<void>,
): Promise<void> {
  const chooseRollback: Activities['chooseRollback'] = async ({ to }) => ({
    ...{ findings: [], release: to ?? '7', references: ['shop-api'] },
    frozen: { folder: 'releases/8/frozen', hash: 'f8' },
    target: { folder: 'releases/7/frozen', hash: 'f7' },
    ...(policy ? { approval: { ...POLICY, ...policy } } : {}),
  });
  await world.withSteps({ chooseRollback, restoreService, ...overrides }, act);
}

async function waiting(handle: WorkflowHandle, hash = 'p'): Promise<void> {
  await eventually('the run waits for approval', async () => {
    const { awaitsApproval } = await handle.query<Progress>('progress');
    return awaitsApproval?.plan.hash === hash;
  });
}

async function isLeased(handle: WorkflowHandle): Promise<boolean> {
  const { host } = await handle.query<Progress>('progress');
  const { status } = await world.env.client.workflow.getHandle(`lease/${host}/shop`).describe();
  return status.name === 'RUNNING';
}

const TOLD =
  /^(beginRun|chooseRollback|captureStack|planRollback|standAside|takeUpImages|restoreService api|recordRelease)/;

describe('a rollback that has to be approved', () => {
  it('waits with its plan, holds nothing meanwhile, and then looks anew for the same release', async () => {
    await underPolicy({}, {}, async (start, calls) => {
      const handle = await start({ stack: 'shop' }, 'rollback');
      await waiting(handle);
      const before = calls.filter((call) => TOLD.test(call));
      expect(before).toEqual(['beginRun', 'chooseRollback', 'captureStack', 'planRollback', 'standAside']);
      expect(await isLeased(handle)).toBe(false);

      await say(handle, 'approve', { by: 'ann', plan: 'p' });
      const end = await endOf(handle);
      expect(end).toMatchObject({ type: 'succeeded', result: { approvals: [{ by: 'ann', planHash: 'p' }] } });
      expect(calls.filter((call) => TOLD.test(call)).slice(before.length)).toEqual([
        ...['beginRun', 'chooseRollback', 'captureStack', 'takeUpImages', 'planRollback'],
        ...['restoreService api', 'recordRelease'],
      ]);
      expect(end.result!.remarks).toContain('release 2 is release 7 again');
    });
  });

  it('waits where only the request asks for it, and not where only deployments are approved', async () => {
    await underPolicy(undefined, {}, async (start) => {
      const handle = await start({ stack: 'shop', requireApproval: true }, 'rollback');
      await waiting(handle);
      await say(handle, 'approve', { by: 'ann' });
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
    });
    await underPolicy({ before: ['deploy'] }, {}, async (start, calls) => {
      expect(await endOf(await start({ stack: 'shop' }, 'rollback'))).toMatchObject({ type: 'succeeded' });
      expect(calls).not.toContain('standAside');
    });
  });

  it.each([
    ['somebody refuses', 'refused by bob: not now'],
    ['nobody answers in time', 'the approval expired: 0 of 1 had approved'],
  ])('ends as rejected, and touches nothing, when %s', async (how, why) => {
    const expiresMs = how === 'somebody refuses' ? POLICY.expiresMs : 300;
    await underPolicy({ expiresMs }, {}, async (start, calls) => {
      const handle = await start({ stack: 'shop' }, 'rollback');
      if (how === 'somebody refuses') {
        await waiting(handle);
        await say(handle, 'reject', { by: 'bob', reason: 'not now' });
      }
      expect(await endOf(handle)).toMatchObject({
        type: 'rejected',
        result: { touched: [], leftovers: [], failure: { phase: 'approval', message: expect.stringContaining(why) } },
      });
      expect(calls.filter((call) => call.startsWith('restoreService'))).toEqual([]);
    });
  });

  it('voids approvals of a plan that is another one by then, and waits again', async () => {
    let planned = 0;
    const planRollback: Activities['planRollback'] = async () => {
      planned += 1;
      const plan = planOf(planned === 1 ? [['api']] : [['api'], ['web']]);
      const hash = planned === 1 ? 'first' : 'second';
      return { plan: { ...plan, hash }, aim: { release: '7', folder: 'runs/1/aim' } };
    };
    await underPolicy({}, { planRollback }, async (start) => {
      const handle = await start({ stack: 'shop' }, 'rollback');
      await waiting(handle, 'first');
      await say(handle, 'approve', { by: 'ann' });
      await waiting(handle, 'second');
      await say(handle, 'approve', { by: 'ann' });
      const end = await endOf(handle);
      expect(end).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'] } });
      expect(end.result?.approvals).toMatchObject([
        { planHash: 'first', voidedBecause: expect.stringContaining('web') },
        { planHash: 'second' },
      ]);
    });
  });

  it('takes back what its former self has left half done where somebody refuses after a reset', async () => {
    const captureStack: Activities['captureStack'] = async () => ({
      ...{ release: '8', folder: 'runs/1/capture' },
      formerSelf: { begun: ['api'], services: ['db', 'api'], frozen: { folder: 'releases/8/frozen' } },
    });
    await underPolicy({}, { captureStack }, async (start, calls) => {
      const handle = await start({ stack: 'shop' }, 'rollback');
      await waiting(handle);
      expect(calls).not.toContain('standAside');
      expect(await isLeased(handle)).toBe(true);
      await say(handle, 'reject', { by: 'bob' });
      expect(await endOf(handle)).toMatchObject({ type: 'rolled-back', result: { touched: ['api'] } });
      expect(calls).toContain('restoreService api');
    });
  });

  it('does not wait on the way back from a release that was sick on probation', async () => {
    const recordRelease: Activities['recordRelease'] = async ({ repeats }) =>
      repeats === undefined ? { release: '2', probation: { services: ['api'], forMs: 1000 } } : { release: '3' };
    const watchRelease = async () => ({ verified: 'sick', reason: 'exited with 3', service: 'api' }) as const;
    await underPolicy({}, { recordRelease, watchRelease }, async (start) => {
      const { result } = await endOf(await start({ stack: 'shop' }));
      const sick = await endOf(world.env.client.workflow.getHandle(result!.probation!.workflowId));
      const { rollback } = sick.result as unknown as { rollback: string };
      expect(await endOf(world.env.client.workflow.getHandle(rollback))).toMatchObject({ type: 'succeeded' });
    });
  });
});
