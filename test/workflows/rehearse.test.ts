import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Context } from '@temporalio/activity';
import type { Activities } from '../../activities/activities.js';
import { finalFailure, twinOf } from '../support/fake-steps.js';
import { endOf } from '../support/run-end.js';
import { calledOnce, WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;

beforeAll(async () => (world = await WorkflowWorld.start()), 60_000);
afterAll(() => world.stop());

/** A gate that fails on the twin only. */
const failsOnTwin =
  (service: string): Activities['awaitHealth'] =>
  async ({ service: asked, frozen }) => ({
    verdict: asked === service && frozen.folder.includes('twin') ? 'fail' : 'pass',
    reason: 'exited with 1, restarted 2 times',
    service: asked,
    durationMs: 1,
  });

const replaced = (calls: string[]) => calls.filter((call) => call.startsWith('replaceService'));

describe('a release that is rehearsed', () => {
  it('is backed up, proven, run on the twin and only then deployed, and nothing of the twin is left', async () => {
    await world.withSteps({}, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({
        type: 'succeeded',
        result: {
          backup: { id: expect.stringMatching(/^\d{8}T\d{6}Z-/) },
          rehearsal: {
            verdict: 'pass',
            stores: [{ store: 'postgres-db', proven: true }],
            services: [{ service: 'api' }],
          },
        },
      });
      const order = ['dumpStore', 'sealBackup', 'raiseStore', 'noteProof', 'startOnTwin', 'takeDownTwin'];
      const first = (call: string) => calls.findIndex((made) => made.startsWith(call));
      expect(order.map(first)).toEqual([...order.map(first)].sort((a, b) => a - b));
      // The twin is cleared away beside the replacing: nothing but their order to the rehearsal counts.
      expect(first('startOnTwin')).toBeLessThan(first('replaceService'));
    });
  });

  it('is rejected on evidence of the twin, names the service, and touches nothing', async () => {
    await world.withSteps({ awaitHealth: failsOnTwin('api') }, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({
        status: 'failed',
        type: 'rejected',
        result: {
          touched: [],
          failure: { phase: 'rehearsal', service: 'api', message: 'exited with 1, restarted 2 times' },
          rehearsal: { verdict: 'fail' },
        },
      });
      expect(replaced(calls)).toEqual([]);
      expect(calls).toEqual(expect.arrayContaining(['takeDownTwin', 'restoreTags']));
    });
  });

  it.each([
    ['debris does not change how the run ends', true, 'rejected'],
    ['anything else says that the stack is not back', false, 'rollback-failed'],
  ])('and leaves something behind: %s, whatever it is called', async (_, debris, outcome) => {
    const left = { what: 'what nobody has a name for', why: 'in use', command: 'docker rm it', debris };
    const takeDownTwin = async () => ({ leftovers: [left] });
    await world.withSteps({ awaitHealth: failsOnTwin('api'), takeDownTwin }, async (start) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({ type: outcome, result: { touched: [], leftovers: [left] } });
    });
  });

  it('goes on with a warning where only what the release does not change is unwell on the twin', async () => {
    await world.withSteps({ awaitHealth: failsOnTwin('db') }, async (start) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({
        type: 'succeeded',
        result: {
          warnings: expect.arrayContaining([expect.objectContaining({ rule: 'not-rehearsed', service: 'db' })]),
        },
      });
    });
  });

  it('runs on data that has been proven lately, restored from the backup that has it', async () => {
    const db = twinOf([['db'], ['api']]).stores[0]!;
    const reused = [
      { store: db, backup: 'of-this-morning', ageMs: 3_600_000 },
      { store: { ...db, id: 'redis-far', service: 'far' }, backup: 'older', ageMs: 1, unreached: true as const },
    ];
    const given: unknown[] = [];
    const selectStores: Activities['selectStores'] = async () => ({ stores: [], reused, left: [], findings: [] });
    const deriveTwin: Activities['deriveTwin'] = async ({ stores }) => {
      given.push(stores.map(({ id }) => id));
      return { twin: twinOf([['db'], ['api']]), outside: [], findings: [] };
    };
    const raiseStore: Activities['raiseStore'] = async ({ store, backup }) => {
      given.push([store.id, backup]);
      return { store: store.id, proven: true, restoreMs: 1, countsCompared: 1, atMs: 1 };
    };
    const noteProof: Activities['noteProof'] = async ({ backup, proofs }) => void given.push([backup, proofs.length]);
    const steps = { selectStores, deriveTwin, raiseStore, noteProof };
    await world.withSteps(steps, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({ type: 'succeeded', result: { backup: { id: expect.any(String) } } });
      expect(end.result!.rehearsal!.rpoMs).toBeGreaterThanOrEqual(3_600_000);
      expect(given).toEqual([['postgres-db'], ['postgres-db', 'of-this-morning'], ['of-this-morning', 1]]);
      expect(calls).toContain('sealBackup');
      expect(calls.filter((call) => call.startsWith('dumpStore'))).toEqual([]);
    });
  });

  it.each([
    ['auto', 'succeeded'],
    ['required', 'rejected'],
  ] as const)('is not told well on stores that are empty there: %s, %s', async (mode, outcome) => {
    const twin = twinOf([['db'], ['api']]);
    const facts = { ...twin.facts, emptied: { api: ['postgres-db'] } };
    const steps = {
      deriveTwin: async () => ({ twin: { ...twin, stores: [], facts }, outside: [], findings: [] }),
      freezeConfig: async () => ({
        ...{ frozen: { folder: 'runs/1/frozen', hash: 'f' }, findings: [], images: [], rehearsal: mode },
      }),
    };
    await world.withSteps(steps, async (start) => {
      const end = await endOf(await start({ stack: 'shop', skip: ['backup'], reason: 'a test' }));
      expect(end.type).toBe(outcome);
      expect(end.result!.rehearsal).toMatchObject({
        verdict: mode === 'auto' ? 'inconclusive' : 'fail',
        services: [{ service: 'api', verdict: 'inconclusive', reason: expect.stringContaining('postgres-db') }],
      });
    });
  });

  it('is rejected where the backup does not hold, before anything starts on the twin', async () => {
    const raiseStore: Activities['raiseStore'] = async ({ store }) => ({
      ...{
        store: store.id,
        proven: false,
        why: '3 rows instead of 5 in orders',
        restoreMs: 1,
        countsCompared: 1,
        atMs: 1,
      },
    });
    await world.withSteps({ raiseStore }, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({ type: 'rejected', result: { touched: [], failure: { phase: 'rehearsal' } } });
      expect(end.message).toContain('3 rows instead of 5 in orders');
      expect(calls.filter((call) => call === 'startOnTwin')).toEqual([]);
      expect(calls).toEqual(expect.arrayContaining(['noteProof', 'takeDownTwin']));
    });
  });

  it('is deployed with a warning where a backup cannot be restored anywhere', async () => {
    const deriveTwin: Activities['deriveTwin'] = async () => ({ outside: [], findings: [] });
    await world.withSteps({ deriveTwin }, async (start, calls) => {
      expect(await endOf(await start({ stack: 'shop' }))).toMatchObject({
        type: 'succeeded',
        result: { warnings: expect.arrayContaining([expect.objectContaining({ rule: 'backup-unproven' })]) },
      });
      expect(calls).not.toContain('noteProof');
    });
  });

  it('is rejected in that case where rehearsal is required', async () => {
    const deriveTwin: Activities['deriveTwin'] = async () => ({ outside: [], findings: [] });
    const freezeConfig: Activities['freezeConfig'] = async () => ({
      ...{ frozen: { folder: 'runs/1/frozen', hash: 'f' }, findings: [], images: [], rehearsal: 'required' as const },
    });
    await world.withSteps({ deriveTwin, freezeConfig }, async (start, calls) => {
      expect(await endOf(await start({ stack: 'shop' }))).toMatchObject({ type: 'rejected', result: { touched: [] } });
      expect(replaced(calls)).toEqual([]);
    });
  });

  it('has its stores measured for as long as it takes', async () => {
    const given: number[] = [];
    const selectStores: Activities['selectStores'] = async () => {
      given.push(Context.current().info.startToCloseTimeoutMs);
      return { stores: [], reused: [], left: [], findings: [] };
    };
    await world.withSteps({ selectStores }, async (start) => {
      await endOf(await start({ stack: 'shop' }, 'backup'));
      expect(given).toEqual([24 * 3_600_000]);
    });
  });

  it('says what was not backed up where nothing was', async () => {
    const left = [{ what: '/srv/media', why: 'it is bound from outside' }];
    const selectStores: Activities['selectStores'] = async () => ({ stores: [], reused: [], left, findings: [] });
    await world.withSteps({ selectStores }, async (start) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({ type: 'succeeded', result: { notBackedUp: left } });
      expect(end.result).not.toHaveProperty('backup');
    });
  });

  it('leaves nothing of a backup that could not be sealed', async () => {
    const sealBackup = async () => Promise.reject(finalFailure('The disk is full'));
    await world.withSteps({ sealBackup }, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({ type: 'rejected', result: { touched: [], failure: { phase: 'backup' } } });
      expect(calls).toContain('discardBackup');
    });
  });

  it('is rejected where a dump fails, and no backup is sealed', async () => {
    const dumpStore = async () => Promise.reject(finalFailure('No space left on device'));
    await world.withSteps({ dumpStore }, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({ type: 'rejected', result: { failure: { phase: 'backup', service: 'db' } } });
      expect(calls).not.toContain('sealBackup');
    });
  });

  it('takes the twin down on an abort in the middle, and says aborted', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const startOnTwin = async () => gate;
    await world.withSteps({ startOnTwin }, async (start, calls) => {
      const handle = await start({ stack: 'shop' });
      await calledOnce(calls, 'startOnTwin');
      await handle.executeUpdate('abort', { args: [{ by: 'ann' }] });
      open();
      expect(await endOf(handle)).toMatchObject({ status: 'cancelled', result: { outcome: 'aborted', touched: [] } });
      expect(calls).toContain('takeDownTwin');
    });
  });

  it('runs the commands of the operator on the twin, and is rejected when one fails', async () => {
    const twin = { ...twinOf([['db'], ['api']]), commands: { api: ['node --check server.js'] } };
    const runOnTwin: Activities['runOnTwin'] = async ({ service }) => ({
      ...{ verdict: 'fail' as const, reason: 'node --check exited with 1', service, durationMs: 1 },
    });
    const deriveTwin: Activities['deriveTwin'] = async () => ({ twin, outside: [], findings: [] });
    await world.withSteps({ runOnTwin, deriveTwin }, async (start) => {
      expect(await endOf(await start({ stack: 'shop' }))).toMatchObject({
        type: 'rejected',
        result: { touched: [], failure: { service: 'api', message: 'node --check exited with 1' } },
      });
    });
  });
});

describe('files of a database that cannot be dumped', () => {
  const FILES = { id: 'volume-db', type: 'volume' as const, service: 'db', filesOf: 'MySQL' };
  const proofs: [string, boolean][] = [];
  const steps = (more: Partial<Activities> = {}): Partial<Activities> => ({
    selectStores: async () => ({ stores: [FILES], reused: [], left: [], findings: [] }),
    deriveTwin: async () => ({
      twin: { ...twinOf([['db']]), stores: [FILES], rehearsed: [] },
      ...{ outside: [], findings: [] },
    }),
    noteProof: async (args) =>
      void proofs.splice(0, 9, ...args.proofs.map(({ store, proven }): [string, boolean] => [store, proven])),
    ...more,
  });

  it('are proven once their server has come up on them, and not before', async () => {
    await world.withSteps(steps(), async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }, 'backup'));
      expect(end).toMatchObject({ type: 'succeeded', result: { rehearsal: { stores: [{ proven: true }] } } });
      const order = ['raiseStore', 'startOnTwin', 'twin: awaitHealth db', 'twin: watchStability db', 'noteProof'];
      const first = (call: string) => calls.indexOf(call);
      expect(order.map(first)).toEqual([...order.map(first)].sort((a, b) => a - b));
      expect(first('raiseStore')).toBeGreaterThan(-1);
      expect(proofs).toEqual([['volume-db', true]]);
    });
  });

  it('reject where it does not, with what to do', async () => {
    await world.withSteps(steps({ awaitHealth: failsOnTwin('db') }), async (start) => {
      const end = await endOf(await start({ stack: 'shop' }, 'backup'));
      expect(end).toMatchObject({ type: 'rejected', result: { touched: [], failure: { phase: 'rehearsal' } } });
      expect(end.message).toMatch(/MySQL does not come up well.*exited with 1.*consistency: stop/);
      expect(proofs).toEqual([['volume-db', false]]);
    });
  });

  it('are backed up and not called proven where nobody can tell', async () => {
    const lacking = twinOf([['db']]);
    const deriveTwin: Activities['deriveTwin'] = async () => ({
      twin: {
        ...{ ...lacking, stores: [FILES], rehearsed: [] },
        facts: { ...lacking.facts, lacks: { db: ['/certs is empty'] } },
      },
      ...{ outside: [], findings: [] },
    });
    await world.withSteps(steps({ deriveTwin, awaitHealth: failsOnTwin('db') }), async (start) => {
      const end = await endOf(await start({ stack: 'shop' }, 'backup'));
      expect(end).toMatchObject({
        type: 'succeeded',
        result: {
          warnings: [{ rule: 'backup-unproven', message: expect.stringContaining('/certs is empty') }],
          rehearsal: { stores: [{ store: 'volume-db', proven: false }] },
        },
      });
      expect(proofs).toEqual([['volume-db', false]]);
    });
  });
});

describe('a drill', () => {
  it('restores a backup on a twin, notes the proof, and takes no other one', async () => {
    await world.withSteps({}, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop', backup: '20260101T000000Z-000001' }, 'backup'));
      expect(end).toMatchObject({
        type: 'succeeded',
        result: {
          ...{ touched: [], backup: { id: '20260101T000000Z-000001' } },
          rehearsal: { stores: [{ store: 'postgres-db', proven: true }] },
        },
      });
      expect(calls).toEqual(expect.arrayContaining(['chooseDrill', 'raiseStore', 'noteProof', 'takeDownTwin']));
      expect(calls.filter((call) => /^(selectStores|dumpStore|sealBackup)/.test(call))).toEqual([]);
    });
  });

  it('is rejected where the backup cannot be restored on a twin', async () => {
    const deriveTwin: Activities['deriveTwin'] = async () => ({ outside: [], findings: [] });
    await world.withSteps({ deriveTwin }, async (start) => {
      const end = await endOf(await start({ stack: 'shop', backup: 'newest' }, 'backup'));
      expect(end).toMatchObject({ type: 'rejected', result: { touched: [] } });
      expect(end.message).toContain('nothing proves it');
    });
  });
});

describe('a release that is not rehearsed', () => {
  it('has its backup restored all the same', async () => {
    const modes: string[] = [];
    const deriveTwin: Activities['deriveTwin'] = async ({ mode }) => {
      modes.push(mode);
      return { twin: { ...twinOf([['db']]), rehearsed: [] }, outside: [], findings: [] };
    };
    await world.withSteps({ deriveTwin }, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop', skip: ['rehearsal'], reason: 'the twin has no room' }));
      expect(end).toMatchObject({
        type: 'succeeded',
        result: { warnings: expect.arrayContaining([expect.objectContaining({ rule: 'skipped' })]) },
      });
      expect(modes).toEqual(['off']);
      expect(calls).toContain('raiseStore');
    });
  });

  it('needs neither backup nor twin where nothing serves yet', async () => {
    await world.withSteps({ captureStack: async () => ({ folder: 'runs/1/capture' }) }, async (start, calls) => {
      expect(await endOf(await start({ stack: 'shop' }))).toMatchObject({ type: 'succeeded' });
      expect(calls).not.toContain('selectStores');
      expect(calls).not.toContain('deriveTwin');
    });
  });

  it('says that a reason is missing', async () => {
    await world.withSteps({}, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop', skip: ['backup'] }));
      expect(end).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining('why') });
      expect(calls).toEqual([]);
    });
  });
});
