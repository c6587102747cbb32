import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { Activities } from '../../activities/activities.js';
import { FAILURE } from '../../activities/failures.js';
import type { Progress, ProgressLine } from '../../src/spec/progress.js';
import type { Question } from '../../src/spec/question.js';
import { eventually } from '../support/eventually.js';
import { finalFailure, planOf, stepOf } from '../support/fake-steps.js';
import { heldReplace } from '../support/held-replace.js';
import { endOf } from '../support/run-end.js';
import { refusal, say } from '../support/say.js';
import { calledOnce, WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;

beforeAll(async () => (world = await WorkflowWorld.start()), 60_000);
afterAll(() => world.stop());

/** What a step fails with whose attempts have all met weather. */
const givenUp = (message: string): Error => ApplicationFailure.nonRetryable(message, 'Error');

const notBegun = (): Error => ApplicationFailure.nonRetryable('it has not begun', FAILURE.notBegun);

const back = async (service: string) => ({
  ...{ state: 'running' as const, untouched: false, remarks: [] },
  gate: stepOf(service).gate,
});

/** A way back on which the first so many attempts to bring one service back come to nothing. */
function stubborn(service: string, times: number, error = givenUp('a container is still being removed')) {
  let left = times;
  const restoreService: Activities['restoreService'] = async (args) => {
    if (args.service !== service || left === 0) return back(args.service);
    left -= 1;
    throw error;
  };
  return restoreService;
}

/** A deployment of two waves that fails at its end. */
const FAILING: Partial<Activities> = {
  planDeployment: async () => planOf([['db'], ['api', 'worker']]),
  recordRelease: async () => Promise.reject(finalFailure('disk full')),
};

/** Without what would take time before the first service is replaced. */
const PLAIN = { stack: 'shop', skip: ['backup', 'rehearsal'], reason: 'the way back counts' };

/** The question that a run asks, once it asks one; another one than `before`. */
async function asked(handle: WorkflowHandle, before?: string): Promise<Question> {
  let question: Question | undefined;
  await eventually('it asks', async () => {
    question = (await handle.query<Progress>('progress')).asks;
    return question !== undefined && question.what !== before;
  });
  return question!;
}

/** How a line of the checklist stands. */
async function lineOf(handle: WorkflowHandle, title: string): Promise<Pick<ProgressLine, 'state' | 'note'>> {
  const { state, note } = (await handle.query<Progress>('progress')).lines.find((line) => line.title === title)!;
  return { state, ...(note === undefined ? {} : { note }) };
}

describe('a way back on which something does not go', () => {
  it('asks with the lease in its hands, and goes on to its end once it may try again', async () => {
    await world.withSteps({ ...FAILING, restoreService: stubborn('db', 1) }, async (start, calls) => {
      const handle = await start({ stack: 'shop' });
      const { run, what, service, why, look, answers } = await asked(handle);
      expect({ run, what, service, why }).toEqual({
        ...{ run: handle.workflowId, what: 'restore db', service: 'db' },
        why: 'a container is still being removed',
      });
      expect(look).toBe('docker compose -p shop ps -a db');
      expect(answers.map(({ how }) => how)).toEqual(['retry', 'leave']);
      const { phase, host } = await handle.query<Progress>('progress');
      expect(phase).toBe('rollback');
      const lease = await world.env.client.workflow.getHandle(`lease/${host}/shop`).describe();
      expect(lease.status.name).toBe('RUNNING');
      expect(calls).not.toContain('restoreService api');

      expect(await refusal(handle, 'resolve', { how: 'retry' })).toContain('say who you are');
      expect(await refusal(handle, 'resolve', { by: 'ann', how: 'go-on' })).toContain('say how: retry or leave');
      expect(await say(handle, 'resolve', { by: 'ann', how: 'retry' })).toContain('restore db: it is tried again');
      expect(await endOf(handle)).toMatchObject({
        type: 'rolled-back',
        result: { restored: ['db', 'api', 'worker'], leftovers: [], release: '1' },
      });
      expect((await handle.query<Progress>('progress')).asks).toBeUndefined();
    });
  });

  it('asks again where it is in vain once more, leaves what people leave, and brings the rest back', async () => {
    await world.withSteps({ ...FAILING, restoreService: stubborn('api', 2) }, async (start) => {
      const handle = await start({ stack: 'shop' });
      const first = await asked(handle);
      await say(handle, 'resolve', { by: 'ann', how: 'retry' });
      await eventually('it asks again', async () => {
        const { asks } = await handle.query<Progress>('progress');
        return asks !== undefined && asks.sinceMs !== first.sinceMs;
      });
      // Whoever has read the first question has not seen what is in the way now.
      expect(await refusal(handle, 'resolve', { by: 'bob', how: 'leave', what: first.what })).toContain(
        'it asks about restore api (2) now, not about restore api',
      );
      await say(handle, 'resolve', { by: 'ann', how: 'leave', reason: 'the disk is gone' });
      const end = await endOf(handle);
      expect(end).toMatchObject({
        ...{ status: 'failed', type: 'needs-human' },
        result: {
          restored: ['db', 'worker'],
          leftovers: [{ what: 'service api', command: 'docker compose -p shop ps -a api', debris: false }],
        },
      });
      expect(end.result!.leftovers[0]!.why).toBe(
        'restore: a container is still being removed; left as it is by ann: the disk is gone',
      );
      expect(end.result).not.toHaveProperty('release');
    });
  });

  it('asks one question at a time where several acts fail together', async () => {
    let isBack = false;
    const restoreService: Activities['restoreService'] = async ({ service }) => {
      isBack = true;
      return back(service);
    };
    const tried: string[] = [];
    const awaitHealth: Activities['awaitHealth'] = async ({ service }) => {
      if (isBack && service !== 'db' && !tried.includes(service)) {
        tried.push(service);
        throw givenUp('Docker does not answer');
      }
      return { verdict: 'pass', reason: 'well', service, durationMs: 1 };
    };
    await world.withSteps({ ...FAILING, restoreService, awaitHealth }, async (start) => {
      const handle = await start({ stack: 'shop' });
      const { what } = await asked(handle);
      await say(handle, 'resolve', { by: 'ann', how: 'retry', what });
      const other = await asked(handle, what);
      expect([what, other.what].sort()).toEqual(['gate api', 'gate worker']);
      // Bob has read the first question, and has not seen the other one.
      expect(await refusal(handle, 'resolve', { by: 'bob', how: 'leave', what })).toContain(
        `it asks about ${other.what} now, not about ${what}`,
      );
      await say(handle, 'resolve', { by: 'ann', how: 'retry' });
      expect(await endOf(handle)).toMatchObject({ type: 'rolled-back', result: { leftovers: [] } });
    });
  });

  it('asks too where Docker does not let go of a container', async () => {
    const refused = finalFailure('container 1f: driver "overlay2" failed to remove root filesystem: permission denied');
    await world.withSteps({ ...FAILING, restoreService: stubborn('api', 1, refused) }, async (start) => {
      const handle = await start({ stack: 'shop' });
      expect((await asked(handle)).why).toContain('failed to remove root filesystem');
      await say(handle, 'resolve', { by: 'ann', how: 'retry' });
      expect(await endOf(handle)).toMatchObject({ type: 'rolled-back' });
    });
  });

  it('needs a human where people have left something, whatever else is final', async () => {
    const clearUp = async () => Promise.reject(finalFailure('network in use'));
    await world.withSteps({ ...FAILING, restoreService: stubborn('api', 1), clearUp }, async (start) => {
      const handle = await start({ stack: 'shop' });
      await asked(handle);
      await say(handle, 'resolve', { by: 'ann', how: 'leave' });
      const end = await endOf(handle);
      expect(end).toMatchObject({ type: 'needs-human' });
      expect(end.result!.leftovers.map(({ what }) => what)).toEqual(['service api', 'stack shop']);
    });
  });

  it.each([
    ['a cancellation', (handle: WorkflowHandle) => handle.cancel()],
    ['ann: not tonight', (handle: WorkflowHandle) => say(handle, 'abort', { by: 'ann', reason: 'not tonight' })],
  ])('ends by a cancellation or an abort, which leaves all that is still open: by %s', async (by, stop) => {
    const restoreService: Activities['restoreService'] = async ({ service }) => {
      if (service === 'db') return back(service);
      throw givenUp('a container is still being removed');
    };
    await world.withSteps({ ...FAILING, restoreService }, async (start, calls) => {
      const handle = await start({ stack: 'shop' });
      await asked(handle);
      expect(await refusal(handle, 'abort', {})).toContain('say who you are');
      await stop(handle);
      const end = await endOf(handle);
      expect(end).toMatchObject({ status: 'failed', type: 'needs-human', result: { restored: ['db'] } });
      expect(end.result!.leftovers.map(({ what }) => what)).toEqual(['service api', 'service worker']);
      for (const { why } of end.result!.leftovers) expect(why).toContain(`left as it is by ${by}`);
      expect(calls).toContain('restoreTags');
    });
  });

  it('has left nothing by people, where it has to begin anew after a reset', async () => {
    const formerSelf = { begun: ['db'], services: ['db', 'api', 'worker'], frozen: { folder: 'runs/1/frozen' } };
    const capture = { release: '1', folder: 'runs/1/capture', formerSelf };
    let begun = 0;
    const beginRun: Activities['beginRun'] = async () => {
      begun += 1;
      return { epoch: begun, runFolder: '/runs/1', ...(begun === 1 ? {} : { capture }) };
    };
    const restoreService: Activities['restoreService'] = async ({ service }) => {
      if (service !== 'db') return begun === 1 ? Promise.reject(notBegun()) : back(service);
      throw begun === 1 ? givenUp('a container is still being removed') : finalFailure('the image is gone');
    };
    await world.withSteps({ ...FAILING, beginRun, restoreService }, async (start) => {
      const handle = await start({ stack: 'shop' });
      await asked(handle);
      await say(handle, 'resolve', { by: 'ann', how: 'leave' });
      expect(await endOf(handle)).toMatchObject({
        type: 'rollback-failed',
        result: { leftovers: [{ what: 'service db', why: 'restore: the image is gone' }] },
      });
    });
  });

  it('asks in an aborted run too, whose cancellation is no answer', async () => {
    const { replaceService, letGo } = heldReplace();
    await world.withSteps({ ...FAILING, replaceService, restoreService: stubborn('db', 1) }, async (start, calls) => {
      const handle = await start(PLAIN);
      await calledOnce(calls, 'replaceService db');
      expect(await refusal(handle, 'resolve', { by: 'ann', how: 'retry' })).toContain('asks nothing now');
      await say(handle, 'abort', { by: 'ann' });
      expect(await refusal(handle, 'abort', { by: 'ann' })).toContain('being aborted already');
      letGo();
      await asked(handle);
      await say(handle, 'resolve', { by: 'ann', how: 'retry' });
      expect(await endOf(handle)).toMatchObject({ status: 'cancelled', result: { outcome: 'aborted', leftovers: [] } });
    });
  });

  it.each([
    ['aborted', (handle: WorkflowHandle) => say(handle, 'abort', { by: 'ann' })],
    ['cancelled', (handle: WorkflowHandle) => handle.cancel()],
  ])('ends by an abort too in a run that was %s before it asked, which Temporal cancels no more', async (...row) => {
    const [, stop] = row;
    const { replaceService, letGo } = heldReplace();
    const restoreService = async () => Promise.reject(givenUp('a container is still being removed'));
    await world.withSteps({ ...FAILING, replaceService, restoreService }, async (start, calls) => {
      const handle = await start(PLAIN);
      await calledOnce(calls, 'replaceService db');
      await stop(handle);
      letGo();
      const { what } = await asked(handle);
      await handle.cancel().catch(() => undefined);
      expect((await asked(handle)).what).toBe(what);
      await say(handle, 'abort', { by: 'bob', reason: 'I go there' });
      const end = await endOf(handle);
      expect(end).toMatchObject({ status: 'failed', type: 'needs-human', result: { restored: [] } });
      expect(end.result!.leftovers.map(({ what: left }) => left)).toEqual(
        ['db', 'api', 'worker'].map((service) => `service ${service}`),
      );
      for (const { why } of end.result!.leftovers) expect(why).toContain('left as it is by bob: I go there');
      expect(calls).toContain('restoreTags');
    });
  });
});

describe('the same way back', () => {
  it('serves a restore: data that could not be put back is tried again before anything starts', async () => {
    let tries = 0;
    const putDataBack: Activities['putDataBack'] = async () => {
      tries += 1;
      if (tries === 1) throw givenUp('no space left on device');
      return { touched: true };
    };
    const swapData = async () => Promise.reject(finalFailure('the copy is not what was to be copied'));
    await world.withSteps({ putDataBack, swapData }, async (start, calls) => {
      const handle = await start({ stack: 'shop' }, 'restore');
      expect(await asked(handle)).toMatchObject({ what: 'put the content of shop_pg back', service: 'db' });
      expect(calls).not.toContain('restoreService db');
      await say(handle, 'resolve', { by: 'ann', how: 'retry' });
      expect(await endOf(handle)).toMatchObject({ type: 'rolled-back', result: { leftovers: [] } });
    });
  });

  it('puts other data back where people leave some, and says before that it starts nothing then', async () => {
    let isTurning = false;
    const swapData: Activities['swapData'] = async () => {
      isTurning = true;
      throw finalFailure('the copy is not what was to be copied');
    };
    const restService: Activities['restService'] = async ({ service }) => {
      if (isTurning && service === 'db') throw givenUp('a container hangs');
    };
    const putDataBack = async () => Promise.reject(givenUp('no space left on device'));
    await world.withSteps({ restService, swapData, putDataBack }, async (start, calls) => {
      const handle = await start({ stack: 'shop' }, 'restore');
      const stop = await asked(handle);
      expect(stop).toMatchObject({ what: 'stop db', service: 'db' });
      await say(handle, 'resolve', { by: 'ann', how: 'leave' });
      const content = await asked(handle, stop.what);
      expect(content).toMatchObject({ what: 'put the content of shop_pg back' });
      for (const { answers } of [stop, content]) {
        expect(answers.find(({ how }) => how === 'leave')!.means).toContain('no service is started');
      }
      await say(handle, 'resolve', { by: 'ann', how: 'leave' });
      const end = await endOf(handle);
      expect(end).toMatchObject({ type: 'needs-human', result: { restored: [] } });
      const left = end.result!.leftovers.map(({ what }) => what);
      expect(left).toEqual(['service db', 'data of postgres-db', 'stack shop']);
      expect(calls).not.toContain('restoreService db');
    });
  });

  it('serves a rollback, and a run that has touched nothing', async () => {
    let tries = 0;
    const restoreTags: Activities['restoreTags'] = async () => {
      tries += 1;
      if (tries === 1) throw givenUp('Docker does not answer');
      return { leftovers: [] };
    };
    const planRollback = async () => Promise.reject(finalFailure('no room'));
    await world.withSteps({ restoreTags, planRollback }, async (start) => {
      const handle = await start({ stack: 'shop' }, 'rollback');
      expect(await asked(handle)).toMatchObject({ what: 'put back image tags' });
      await say(handle, 'resolve', { by: 'ann', how: 'retry' });
      expect(await endOf(handle)).toMatchObject({ type: 'rejected', result: { leftovers: [] } });
    });
  });
});

describe('a service that somebody has changed by hand', () => {
  const SHOP = { stack: 'shop', skip: ['backup', 'rehearsal'], reason: 'the stack counts' };

  /** Steps of which the first replace of `api` finds a container that the plan has not seen. */
  function changed(): { steps: Partial<Activities>; replaced: string[][] } {
    const replaced: string[][] = [];
    const replaceService: Activities['replaceService'] = async ({ step }) => {
      if (step.service !== 'api') return { containers: ['new'] };
      replaced.push(step.replaces);
      if (step.replaces.includes('strange')) return { containers: ['new'] };
      return {
        containers: ['strange'],
        untouched: true,
        changedByHand: ['shop-api-1 (strange) is new', 'old is gone'],
      };
    };
    return { steps: { planDeployment: FAILING.planDeployment!, replaceService }, replaced };
  }

  it('is replaced once people say so, as it is then', async () => {
    const { steps, replaced } = changed();
    await world.withSteps(steps, async (start) => {
      const handle = await start(SHOP);
      const { what, why, look, answers } = await asked(handle);
      expect({ what, look }).toEqual({ what: 'replace api', look: 'docker compose -p shop ps -a api' });
      expect(why).toContain('changed api by hand since the plan was made: shop-api-1 (strange) is new, old is gone');
      expect(answers.map(({ how }) => how)).toEqual(['go-on', 'roll-back']);
      expect(await refusal(handle, 'resolve', { by: 'ann', how: 'leave' })).toContain('say how: go-on or roll-back');
      await say(handle, 'resolve', { by: 'ann', how: 'go-on' });
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
      expect(replaced).toEqual([['old'], ['strange']]);
    });
  });

  it('has the run turn back where people say so', async () => {
    const { steps, replaced } = changed();
    await world.withSteps({ ...steps, restoreService: ({ service }) => back(service) }, async (start) => {
      const handle = await start(SHOP);
      await asked(handle);
      await say(handle, 'resolve', { by: 'ann', how: 'roll-back', reason: 'who was it?' });
      const end = await endOf(handle);
      expect(end).toMatchObject({
        type: 'rolled-back',
        result: { failure: { phase: 'replace', service: 'api' }, restored: ['db', 'api', 'worker'] },
      });
      expect(end.result!.failure!.message).toContain('old is gone; rolled back by ann: who was it?');
      expect(replaced).toHaveLength(1);
    });
  });

  it('is asked about until something else fails, and then no more', async () => {
    let fail: () => void = () => undefined;
    const failing = new Promise<void>((resolve) => (fail = resolve));
    const judgeServices: Activities['judgeServices'] = async ({ question, services }) => {
      if (question === 'watchStability') await failing;
      return services.map(({ service }) => ({ service, verdict: 'fail', reason: 'restarted', durationMs: 1 }));
    };
    await world.withSteps({ ...changed().steps, judgeServices }, async (start) => {
      const handle = await start(SHOP);
      await asked(handle);
      fail();
      const end = await endOf(handle);
      expect(end).toMatchObject({ type: 'rolled-back', result: { failure: { service: 'db', message: 'restarted' } } });
      expect(await lineOf(handle, 'replace api')).toEqual({ state: 'skipped', note: 'stopped' });
    });
  });

  it.each(['together', 'one after another'])(
    'is not to blame for another one of its wave that fails: %s',
    async (how) => {
      let fail: () => void = () => undefined;
      const failing = new Promise<void>((resolve) => (fail = resolve));
      let hasFailed = false;
      const fails = async (): Promise<never> => {
        await failing;
        hasFailed = true;
        throw finalFailure('no such image');
      };
      const { replaceService } = changed().steps;
      const isTogether = how === 'together';
      const steps: Partial<Activities> = {
        planDeployment: async () => ({
          ...planOf([isTogether ? ['api', 'worker'] : ['worker', 'api']]),
          together: isTogether,
        }),
        replaceService: async (args) =>
          isTogether && args.step.service === 'worker' ? fails() : replaceService!(args),
        awaitHealth: async ({ service }) =>
          !isTogether && service === 'worker' && !hasFailed
            ? fails()
            : { verdict: 'pass', reason: 'well', service, durationMs: 1 },
      };
      await world.withSteps(steps, async (start) => {
        const handle = await start(SHOP);
        await asked(handle);
        fail();
        const end = await endOf(handle);
        expect(end).toMatchObject({
          type: 'rolled-back',
          result: { failure: { service: 'worker', message: 'no such image' } },
        });
        expect(await lineOf(handle, 'replace api')).toEqual({ state: 'skipped', note: 'stopped' });
      });
    },
  );

  it.each(['update', 'cancel'] as const)(
    'can be aborted meanwhile by %s, and asks on its way back all the same',
    async (how) => {
      await world.withSteps({ ...changed().steps, restoreService: stubborn('db', 1) }, async (start) => {
        const handle = await start(SHOP);
        const { what } = await asked(handle);
        if (how === 'update') await say(handle, 'abort', { by: 'ann' });
        else await handle.cancel();
        expect(await asked(handle, what)).toMatchObject({ what: 'restore db' });
        await say(handle, 'resolve', { by: 'ann', how: 'retry' });
        expect(await endOf(handle)).toMatchObject({ status: 'cancelled', result: { outcome: 'aborted' } });
      });
    },
  );
});

describe('a service that somebody has changed by hand, on the other ways forward', () => {
  const FOUND = {
    ...{ containers: ['strange'], untouched: true as const },
    changedByHand: ['shop-db-1 (strange) is new', 'old is gone'],
  };

  /** Steps of which one finds a container of `db` that the plan has not seen, until it is told that it may have it. */
  function changed(step: 'restService' | 'swapData' | 'restoreService') {
    const told: [string, string[] | undefined][] = [];
    const meets = (name: string, seen: string[] | undefined): boolean => {
      if (name !== step) return false;
      told.push([name, seen]);
      return seen?.includes('strange') === false;
    };
    const steps: Partial<Activities> = {
      restService: async ({ service, seen }) =>
        service === 'db' && meets('restService', seen?.['db']) ? { ...FOUND, service } : undefined,
      swapData: async ({ seen }) => (meets('swapData', seen?.['db']) ? { ...FOUND, service: 'db' } : undefined),
      restoreService: async ({ service, seen }) =>
        service === 'db' && seen && meets('restoreService', seen)
          ? { ...FOUND, state: 'running', remarks: [] }
          : back(service),
    };
    return { steps, told };
  }

  const WAYS = [
    ['restore', 'restService', 'stop db'],
    ['restore', 'swapData', 'replace the content of shop_pg'],
    ['restore', 'restoreService', 'start db'],
    ['rollback', 'restoreService', 'bring back db'],
  ] as const;

  it.each(WAYS)('of a %s: %s asks before it touches that, and goes on once people say so', async (type, step, what) => {
    const { steps, told } = changed(step);
    await world.withSteps(steps, async (start, calls) => {
      const handle = await start({ stack: 'shop' }, type);
      const question = await asked(handle);
      expect(question).toMatchObject({ what, service: 'db', look: 'docker compose -p shop ps -a db' });
      expect(question.why).toContain(
        'changed db by hand since the plan was made: shop-db-1 (strange) is new, old is gone',
      );
      expect(question.answers.map(({ how }) => how)).toEqual(['go-on', 'roll-back']);
      await say(handle, 'resolve', { by: 'ann', how: 'go-on' });
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
      const [first, ...others] = told;
      expect(first).toEqual([step, ['old']]);
      expect(others.length).toBeGreaterThan(0);
      for (const other of others) expect(other).toEqual([step, ['strange']]);
      // What somebody has made meanwhile rests, too.
      if (step === 'swapData') expect(calls.filter((call) => call === 'restService db')).toHaveLength(2);
    });
  });

  it.each(WAYS)('of a %s: %s has the run turn back where people say so', async (type, step, what) => {
    const { steps } = changed(step);
    await world.withSteps(steps, async (start) => {
      const handle = await start({ stack: 'shop' }, type);
      await asked(handle);
      await say(handle, 'resolve', { by: 'ann', how: 'roll-back', what, reason: 'who was it?' });
      const end = await endOf(handle);
      expect(end).toMatchObject({ type: 'rolled-back', result: { failure: { phase: 'replace', service: 'db' } } });
      expect(end.result!.failure!.message).toContain('old is gone; rolled back by ann: who was it?');
    });
  });

  it('is asked about one after the other where several of a wave were changed, and no more once the run turns back', async () => {
    const chooseRestore: Activities['chooseRestore'] = async () => ({
      ...{ backup: 'b', atMs: 1, findings: [], stores: [], waves: [[stepOf('db'), stepOf('api')]] },
    });
    const restService: Activities['restService'] = async ({ service, seen }) =>
      seen?.[service]?.includes('old') ? { ...FOUND, service } : undefined;
    await world.withSteps(
      { chooseRestore, restService, restoreService: ({ service }) => back(service) },
      async (start) => {
        const handle = await start({ stack: 'shop' }, 'restore');
        expect(['stop db', 'stop api']).toContain((await asked(handle)).what);
        await say(handle, 'resolve', { by: 'ann', how: 'roll-back' });
        expect(await endOf(handle)).toMatchObject({ type: 'rolled-back', result: { restored: ['db', 'api'] } });
      },
    );
  });

  it('is asked about once, before anything stops that needs it', async () => {
    const chooseRestore: Activities['chooseRestore'] = async () => ({
      ...{ backup: 'b', atMs: 1, findings: [], stores: [] },
      waves: [[stepOf('db')], [stepOf('api'), stepOf('worker')]],
    });
    const stopped: string[] = [];
    const restService: Activities['restService'] = async ({ service, seen }) => {
      if (seen?.['db']?.includes('old')) return { ...FOUND, service: 'db' };
      stopped.push(service);
      return undefined;
    };
    await world.withSteps(
      { chooseRestore, restService, restoreService: ({ service }) => back(service) },
      async (start) => {
        const handle = await start({ stack: 'shop' }, 'restore');
        expect(await asked(handle)).toMatchObject({
          what: expect.stringMatching(/^stop (api|worker)$/),
          service: 'db',
        });
        expect(stopped).toEqual([]);
        await say(handle, 'resolve', { by: 'ann', how: 'go-on' });
        expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
        expect(stopped.slice(0, 2).sort()).toEqual(['api', 'worker']);
        expect(stopped.slice(2)).toEqual(['db']);
      },
    );
  });
});
