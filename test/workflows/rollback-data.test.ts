import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activities } from '../../activities/activities.js';
import { finalFailure, planOf, stepOf } from '../support/fake-steps.js';
import { endOf } from '../support/run-end.js';
import { say } from '../support/say.js';
import { type Start, WorkflowWorld } from '../support/workflow-world.js';
import { awaitingApproval } from '../support/awaiting-approval.js';

let world: WorkflowWorld;

beforeAll(async () => (world = await WorkflowWorld.start()), 60_000);
afterAll(() => world.stop());

const ASKED = { stack: 'shop', restoreData: true };
const BACKUP = '20260101T000000Z-000001';

const restoreService: Activities['restoreService'] = async ({ service }) => {
  return { state: 'running', untouched: false, remarks: [], gate: stepOf(service).gate };
};

/** `api` and `web` come back; `db` rests for its data, and starts again. */
const planRollback: Activities['planRollback'] = async ({ capture, data }) => {
  const plan = planOf([['db'], ['api'], ['web']]);
  plan.waves[0]![0]!.kind = 'restart';
  return {
    plan: { ...plan, ...(data ? { data } : {}) },
    ...(capture ? { aim: { release: '1', folder: 'runs/1/aim' } } : {}),
  };
};

async function withData(
  overrides: Partial<Activities>,
  act: (start: Start, calls: string[]) => Promise<void>,
): Promise<void> {
  const chooseRollback: Activities['chooseRollback'] = async ({ restoreData }) => ({
    ...{ findings: [], release: '1', references: ['shop-api'] },
    frozen: { folder: 'releases/2/frozen', hash: 'f2' },
    target: { folder: 'releases/1/frozen', hash: 'f1' },
    ...(restoreData ? { backup: BACKUP } : {}),
  });
  await world.withSteps({ chooseRollback, planRollback, restoreService, ...overrides }, act);
}

const TOLD =
  /^(countWrites|planRollback|standAside|raiseStore|noteLogBaseline|restService|swapData|putDataBack|restoreService|recordRelease)/;

describe('a rollback with its data', () => {
  it('always asks people, shows what would be lost, and brings the release up on what was restored on a twin', async () => {
    await withData({}, async (start, calls) => {
      const handle = await start(ASKED, 'rollback');
      const { awaitsApproval } = await awaitingApproval(handle);
      expect(awaitsApproval!.plan.data).toMatchObject({
        ...{ backup: BACKUP, resting: ['db', 'api'] },
        writes: [{ store: 'postgres-db', counted: [{ what: 'rows of shop', then: 3, now: 5 }] }],
      });
      const before = calls.filter((call) => TOLD.test(call));
      expect(before).toEqual(['countWrites', 'planRollback', 'standAside']);

      await say(handle, 'approve', { by: 'ann' });
      const end = await endOf(handle);
      expect(end).toMatchObject({
        type: 'succeeded',
        result: {
          touched: ['db', 'api', 'web'],
          dataRestored: { backup: BACKUP, services: ['db', 'api'], writes: [{ store: 'postgres-db' }] },
        },
      });
      expect(calls.filter((call) => TOLD.test(call)).slice(before.length)).toEqual([
        ...['countWrites', 'planRollback', 'raiseStore', 'noteLogBaseline'],
        ...['restService api', 'restService db', 'swapData'],
        ...['restoreService db', 'restoreService api', 'restoreService web', 'recordRelease'],
      ]);
    });
  });

  it('touches nothing when somebody refuses, or only wants to see the plan', async () => {
    await withData({}, async (start, calls) => {
      const handle = await start(ASKED, 'rollback');
      await awaitingApproval(handle);
      await say(handle, 'reject', { by: 'bob' });
      expect(await endOf(handle)).toMatchObject({ type: 'rejected', result: { touched: [] } });
      for (const step of ['raiseStore', 'restService db', 'swapData']) expect(calls).not.toContain(step);
    });
    await withData({}, async (start, calls) => {
      const end = await endOf(await start({ ...ASKED, dryRun: true }, 'rollback'));
      expect(end).toMatchObject({ type: 'succeeded', result: { plan: { data: { backup: BACKUP } } } });
      expect(calls).not.toContain('standAside');
    });
  });

  it.each(['a gate fails', 'the release cannot be recorded'])('puts data and services back where %s', async (what) => {
    const fail = async (): Promise<never> => {
      throw finalFailure('not well');
    };
    const failing: Partial<Activities> = what === 'a gate fails' ? { judgeServices: fail } : { recordRelease: fail };
    await withData(failing, async (start, calls) => {
      const handle = await start(ASKED, 'rollback');
      await awaitingApproval(handle);
      await say(handle, 'approve', { by: 'ann' });
      const end = await endOf(handle);
      expect(end).toMatchObject({ type: 'rolled-back', result: { leftovers: [] } });
      expect(end.result!.dataRestored).toBeUndefined();
      const back = calls.slice(calls.lastIndexOf('putDataBack'));
      expect(back).toEqual(expect.arrayContaining(['restoreService db', 'restoreService api', 'restoreService web']));
      expect(calls.slice(0, calls.indexOf('putDataBack')).filter((call) => call === 'swapData')).toHaveLength(1);
    });
  });

  it('stops nothing where the backup does not hold any more', async () => {
    const raiseStore: Activities['raiseStore'] = async ({ store }) => ({
      ...{ store: store.id, proven: false, why: 'it is cut off', restoreMs: 1, countsCompared: 0, atMs: 1 },
    });
    await withData({ raiseStore }, async (start, calls) => {
      const handle = await start(ASKED, 'rollback');
      await awaitingApproval(handle);
      await say(handle, 'approve', { by: 'ann' });
      expect(await endOf(handle)).toMatchObject({ type: 'rejected', result: { touched: [] } });
      expect(calls).not.toContain('restService db');
    });
  });

  it('that is reset after it had begun asks nobody, and puts all back', async () => {
    const { store, ...where } = { store: 'postgres-db', volume: 'shop_pg', target: '/data', kept: 'shop_pg-before-1' };
    const swapped = {
      store: { ...where, id: store, type: 'postgres' as const, service: 'db', imageId: 'sha256:1' },
      services: ['db', 'api'],
    };
    const captureStack: Activities['captureStack'] = async () => ({
      ...{ release: '2', folder: 'runs/1/capture' },
      formerSelf: {
        ...{ begun: ['db', 'api'], services: ['db', 'api', 'web'], frozen: { folder: 'releases/2/frozen' } },
        swapped: [swapped],
      },
    });
    await withData({ captureStack }, async (start, calls) => {
      const end = await endOf(await start(ASKED, 'rollback'));
      expect(end).toMatchObject({
        type: 'rolled-back',
        result: { failure: { message: expect.stringContaining('reset') } },
      });
      expect(calls.indexOf('putDataBack')).toBeLessThan(calls.indexOf('restoreService db'));
      expect(calls).not.toContain('standAside');
    });
  });
});
