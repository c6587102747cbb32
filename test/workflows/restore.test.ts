import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import type { Activities } from '../../activities/activities.js';
import { FAILURE } from '../../activities/failures.js';
import type { RestorableStore } from '../../src/spec/restore.js';
import { finalFailure, stepOf, twinOf } from '../support/fake-steps.js';
import { endOf, type RunEnd } from '../support/run-end.js';
import { WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;

beforeAll(async () => (world = await WorkflowWorld.start()), 60_000);
afterAll(() => world.stop());

/** A restore of a stack in which `api` needs `db`; only the steps that move something are told. */
async function restored(overrides: Partial<Activities>): Promise<{ end: RunEnd; calls: string[] }> {
  const untouched = { state: 'running' as const, untouched: false, remarks: [] };
  const steps = { restoreService: async () => untouched, ...overrides };
  return world.withSteps(steps, async (start, calls) => {
    const end = await endOf(await start({ stack: 'shop' }, 'restore'));
    const moving = /^(raiseStore|restService|swapData|putDataBack|restoreService|takeDownTwin)/;
    return { end, calls: calls.filter((call) => moving.test(call)) };
  });
}

function storeOf(id: string): RestorableStore {
  const where = { volume: `shop_${id}`, target: '/data', kept: `kept-of-${id}`, imageId: 'sha256:1' };
  return { id, type: 'volume', service: 'db', ...where };
}

const CHOICE = {
  ...{ backup: '20260101T000000Z-000001', atMs: 1, findings: [] },
  waves: [[stepOf('db')], [stepOf('api')]],
};

const SWAPPED = ['raiseStore', 'restService api', 'restService db', 'swapData'];
const STARTED = ['restoreService db', 'restoreService api'];
const BACK = ['takeDownTwin', 'restService api', 'restService db', 'putDataBack'];

describe('restore', () => {
  it('stops services only once the backup has been restored on a twin, and says what it did', async () => {
    const { end, calls } = await restored({});
    expect(calls).toEqual([...SWAPPED, ...STARTED, 'takeDownTwin']);
    expect(end).toMatchObject({
      type: 'succeeded',
      result: { dataRestored: { services: ['db', 'api'], stores: [{ volume: 'shop_pg', kept: 'shop_pg-before-1' }] } },
    });
  });

  it('takes a store from the earlier backup that stands for it', async () => {
    const given: string[][] = [];
    const kept = { volume: 'shop_pg', target: '/data', kept: 'shop_pg-before-1', runId: '1', imageId: 'sha256:1' };
    const db = { id: 'postgres-db', type: 'postgres' as const, service: 'db', ...kept };
    const chooseRestore: Activities['chooseRestore'] = async () => ({
      ...{ backup: 'b', atMs: 2, findings: [], waves: [], stores: [db] },
      reused: [{ store: db, backup: 'a', ageMs: 1 }],
    });
    const raiseStore: Activities['raiseStore'] = async ({ store, backup }) => {
      given.push([store.id, backup]);
      return { store: store.id, proven: true, restoreMs: 1, countsCompared: 1, atMs: 1 };
    };
    const noteProof: Activities['noteProof'] = async ({ backup }) => void given.push([backup]);
    const { end, calls } = await restored({ chooseRestore, raiseStore, noteProof });
    expect(end.type).toBe('succeeded');
    expect(calls).toContain('swapData');
    expect(given).toEqual([['postgres-db', 'a'], ['a']]);
  });

  it('stops nothing when the backup does not hold', async () => {
    const raiseStore: Activities['raiseStore'] = async ({ store }) => ({
      ...{ store: store.id, proven: false, why: 'rows are missing' },
      ...{ restoreMs: 1, countsCompared: 1, atMs: 1 },
    });
    const { end, calls } = await restored({ raiseStore });
    expect(calls).toEqual(['raiseStore', 'takeDownTwin']);
    expect(end).toMatchObject({ type: 'rejected', result: { touched: [] } });
  });

  it('stops nothing when there is no twin to restore the backup on', async () => {
    const { end, calls } = await restored({ deriveTwin: async () => ({ outside: [], findings: [] }) });
    expect(calls).toEqual([]);
    expect(end).toMatchObject({ type: 'rejected', result: { touched: [] } });
  });

  it('puts the old content back before anything of before starts', async () => {
    const swapData = async (): Promise<never> => {
      throw finalFailure('the copy is not what was to be copied');
    };
    const { end, calls } = await restored({ swapData });
    expect(calls).toEqual([...SWAPPED, ...BACK, ...STARTED]);
    expect(end).toMatchObject({ type: 'rolled-back', result: { leftovers: [] } });
    expect(end.result).not.toHaveProperty('dataRestored');
  });

  it('starts nothing on content that could not be put back', async () => {
    const broken = async (): Promise<never> => {
      throw finalFailure('the disk is broken');
    };
    const { end, calls } = await restored({ swapData: broken, putDataBack: broken });
    expect(calls).toEqual([...SWAPPED, ...BACK]);
    expect(end).toMatchObject({ type: 'rollback-failed' });
    expect(end.result!.leftovers[0]).toMatchObject({
      what: 'data of postgres-db',
      command: expect.stringContaining('source=shop_pg-before-1,target=/from,readonly'),
    });
  });

  it('puts the others back where one cannot be, and names every one that could not', async () => {
    const two = ['one', 'two'].map((name) => storeOf(`volume-${name}`));
    const putDataBack: Activities['putDataBack'] = async ({ store }) => {
      if (store.id === 'volume-two') throw finalFailure('the disk is broken');
      return { touched: true };
    };
    const { end, calls } = await restored({
      ...{ chooseRestore: async () => ({ ...CHOICE, stores: two }), putDataBack },
      deriveTwin: async () => ({ twin: { ...twinOf([['db'], ['api']]), stores: two }, outside: [], findings: [] }),
      restoreService: async () => Promise.reject(finalFailure('it does not start')),
    });
    expect(calls.slice(-4)).toEqual(['restService api', 'restService db', 'putDataBack', 'putDataBack']);
    expect(end.result!.leftovers.map(({ what }) => what)).toContain('data of volume-two');
    expect(end.result!.remarks).toEqual([expect.stringContaining('kept-of-volume-one')]);
  });
});

describe('a restore that was reset', () => {
  const swapped = ['one', 'two'].map((name) => ({ store: storeOf(`volume-${name}`), services: ['db', 'api'] }));
  const formerSelf = { begun: ['db', 'api'], services: ['db', 'api'], frozen: { folder: 'f' }, swapped };
  const capture = { release: '1', folder: 'capture', formerSelf };
  const PUT_BACK = ['restService api', 'restService db', 'putDataBack', 'putDataBack'];

  it('puts back what its former self has replaced where the backup does not hold any more', async () => {
    const { end, calls } = await restored({
      beginRun: async () => ({ epoch: 2, runFolder: '/runs/2', capture }),
      captureStack: async () => capture,
      raiseStore: async ({ store }) => ({
        ...{ store: store.id, proven: false, why: 'rows are missing' },
        ...{ restoreMs: 1, countsCompared: 1, atMs: 1 },
      }),
    });
    expect(calls).toEqual(['raiseStore', 'takeDownTwin', ...PUT_BACK, ...STARTED]);
    expect(end).toMatchObject({ type: 'rolled-back', result: { leftovers: [], touched: ['db', 'api'] } });
    expect(end.result!.remarks).toHaveLength(2);
  });

  it('to a point in its middle: puts back all that its former self has replaced since', async () => {
    let begun = 0;
    const { end, calls } = await restored({
      beginRun: async () => ({ epoch: 1, runFolder: '/runs/1', ...(++begun === 1 ? {} : { capture }) }),
      swapData: async () => {
        throw ApplicationFailure.nonRetryable('it has not begun', FAILURE.notBegun);
      },
    });
    expect(calls).toEqual([...SWAPPED, 'takeDownTwin', ...PUT_BACK, ...STARTED]);
    expect(end).toMatchObject({ type: 'rolled-back', result: { leftovers: [] } });
  });
});
