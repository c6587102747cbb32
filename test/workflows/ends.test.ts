import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { Activities } from '../../activities/activities.js';
import { FAILURE } from '../../activities/failures.js';
import { type DeploymentEnd, endFromError, exitCodeOfEnd } from '../../src/client/deployment-end.js';
import { SEARCH_ATTRIBUTES } from '../../src/names.js';
import type { Outcome } from '../../src/spec/outcome.js';
import type { Progress } from '../../src/spec/progress.js';
import { ensureSearchAttributes } from '../../src/worker/search-attributes.js';
import { eventually } from '../support/eventually.js';
import { finalFailure, planOf } from '../support/fake-steps.js';
import { heldReplace } from '../support/held-replace.js';
import { plainText } from '../support/plain-text.js';
import { endOf } from '../support/run-end.js';
import { say } from '../support/say.js';
import { calledOnce, WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;
let isIndexed = false;

beforeAll(async () => {
  world = await WorkflowWorld.start();
  isIndexed = await ensureSearchAttributes(world.env.connection, 'default');
}, 60_000);
afterAll(() => world.stop());

/** As a worker says it that has registered the search attributes. */
const locateStack: Activities['locateStack'] = async () => {
  const { workflowId } = Context.current().info.workflowExecution!;
  return { host: /host-\d+/.exec(workflowId)![0], indexed: isIndexed };
};

const staleRun = (): Error => ApplicationFailure.nonRetryable('another run has taken over shop', FAILURE.staleRun);
const givenUp = (message: string): Error => ApplicationFailure.nonRetryable(message, 'Error');

/** A deployment of two waves that fails at its end. */
const FAILING: Partial<Activities> = {
  planDeployment: async () => planOf([['db'], ['api']]),
  recordRelease: async () => Promise.reject(finalFailure('disk full')),
};

/** On its way back this service cannot come back. */
function without(service: string, error: () => Error): Activities['restoreService'] {
  return async (args) => {
    if (args.service === service) throw error();
    return { state: 'running', untouched: false, remarks: [] };
  };
}

const PLAIN = { stack: 'shop', skip: ['backup', 'rehearsal'], reason: 'the end counts' };

/** The run, once it asks. */
async function asks(handle: WorkflowHandle): Promise<void> {
  await eventually('it asks', async () => (await handle.query<Progress>('progress')).asks !== undefined);
}

async function exitCode(handle: WorkflowHandle): Promise<number> {
  const end = await handle.result().then(
    (report): DeploymentEnd => ({ kind: 'reported', report: report as never }),
    (error: unknown) => endFromError(error)!,
  );
  return exitCodeOfEnd(end);
}

describe('an end', () => {
  const held = heldReplace();
  const atOnce = (): void => undefined;
  /** Of each: the close status, the exit code, the steps, and what happens meanwhile. */
  type End = [string, number, Partial<Activities>, (handle: WorkflowHandle, calls: string[]) => unknown];
  const ends: Record<Outcome, End> = {
    succeeded: ['COMPLETED', 0, {}, atOnce],
    rejected: ['FAILED', 4, { captureStack: async () => Promise.reject(finalFailure('no room')) }, atOnce],
    'rolled-back': ['FAILED', 1, FAILING, atOnce],
    aborted: [
      ...(['CANCELLED', 1, { replaceService: held.replaceService }] as const),
      async (handle, calls) => {
        await calledOnce(calls, 'replaceService db');
        await say(handle, 'abort', { by: 'ann' });
        held.letGo();
      },
    ],
    'rollback-failed': [
      ...(['FAILED', 3] as const),
      { ...FAILING, restoreService: without('api', () => finalFailure('no such image')) },
      atOnce,
    ],
    'needs-human': [
      ...(['FAILED', 3] as const),
      { ...FAILING, restoreService: without('api', () => givenUp('a container hangs')) },
      async (handle) => {
        await asks(handle);
        await say(handle, 'resolve', { by: 'ann', how: 'leave' });
      },
    ],
  };
  it.each(Object.entries(ends))('%s shows as the status, the exit code and the search attribute', async (...row) => {
    const [outcome, [status, code, steps, meanwhile]] = row;
    expect(isIndexed).toBe(true);
    await world.withSteps({ locateStack, ...steps }, async (start, calls) => {
      const handle = await start(PLAIN);
      await meanwhile(handle, calls);
      expect(await exitCode(handle)).toBe(code);
      const { status: closed, searchAttributes } = await handle.describe();
      expect([closed.name, searchAttributes[SEARCH_ATTRIBUTES.outcome]]).toEqual([status, [outcome]]);
      expect((await handle.query<Progress>('progress')).outcome).toBe(outcome);
    });
  });
});

describe('a run that cannot go back', () => {
  it('says what serves now and what to do next, by its result, its message and its details', async () => {
    const asked: unknown[] = [];
    const seeWhatServes: Activities['seeWhatServes'] = async ({ back, touched, release }) => {
      asked.push({ back, touched, release });
      return {
        services: [
          { service: 'db', container: 'shop-db-1', state: 'running', restarts: 0, release: '1' },
          { service: 'api', state: 'absent', restarts: 0 },
        ],
        next: { command: 'evenkeel rollback 1 -p shop', means: 'brings release 1 back' },
      };
    };
    const restoreService = without('api', () => finalFailure('no such image'));
    await world.withSteps({ ...FAILING, restoreService, seeWhatServes }, async (start, calls) => {
      const handle = await start(PLAIN);
      const end = await endOf(handle);
      expect(end).toMatchObject({
        type: 'rollback-failed',
        message:
          'disk full. Now: db: release 1 (shop-db-1); api: nothing runs; it has no container. ' +
          'Next: evenkeel rollback 1 -p shop (brings release 1 back)',
        result: {
          failure: { message: 'disk full' },
          leftovers: [{ what: 'service api', command: 'docker compose -p shop ps -a api' }],
          serves: [{ service: 'db' }, { service: 'api' }],
          next: { command: 'evenkeel rollback 1 -p shop' },
        },
      });
      expect(asked).toEqual([{ back: ['db'], touched: ['db', 'api'], release: '1' }]);
      expect(calls.indexOf('seeWhatServes')).toBeGreaterThan(calls.indexOf('clearUp'));
      expect(calls.indexOf('writeResult')).toBeGreaterThan(calls.indexOf('seeWhatServes'));
      const shown = plainText(await handle.query('__temporal_workflow_metadata'));
      expect(shown).toContain('**Next**: `evenkeel rollback 1 -p shop`');
    });
  });

  it('ends so all the same where nobody can look, and says that', async () => {
    const steps: Partial<Activities> = {
      ...FAILING,
      restoreService: without('api', () => finalFailure('no such image')),
      seeWhatServes: async () => Promise.reject(finalFailure('no engine')),
    };
    await world.withSteps(steps, async (start, calls) => {
      const end = await endOf(await start(PLAIN));
      expect(end).toMatchObject({
        type: 'rollback-failed',
        result: {
          next: { command: 'evenkeel status -p shop', means: 'nobody could look what serves now: no engine' },
        },
      });
      expect(end.result).not.toHaveProperty('serves');
      expect(calls).toContain('writeResult');
    });
  });

  it('does not look where it has gone back, or has nothing to take back', async () => {
    await world.withSteps(FAILING, async (start, calls) => {
      const end = await endOf(await start(PLAIN));
      expect(end).toMatchObject({ type: 'rolled-back' });
      expect(end.result).not.toHaveProperty('next');
      expect(calls).not.toContain('seeWhatServes');
    });
  });

  it('is no aborted one, though somebody has aborted it: it failed', async () => {
    const { replaceService, letGo } = heldReplace();
    const restoreService = without('db', () => finalFailure('no such image'));
    await world.withSteps({ replaceService, restoreService }, async (start, calls) => {
      const handle = await start(PLAIN);
      await calledOnce(calls, 'replaceService db');
      await say(handle, 'abort', { by: 'ann', reason: 'too late at night' });
      letGo();
      expect(await endOf(handle)).toMatchObject({
        ...{ status: 'failed', type: 'rollback-failed' },
        result: {
          failure: { message: 'aborted by ann: too late at night' },
          leftovers: [{ what: 'service db', why: 'restore: no such image' }],
          next: { command: 'evenkeel rollback 1 -p shop' },
        },
      });
    });
  });

  it('needs a human where it was aborted, and told to leave what it could not take back', async () => {
    const { replaceService, letGo } = heldReplace();
    const restoreService = without('db', () => givenUp('a container hangs'));
    await world.withSteps({ replaceService, restoreService }, async (start, calls) => {
      const handle = await start(PLAIN);
      await calledOnce(calls, 'replaceService db');
      await say(handle, 'abort', { by: 'ann' });
      letGo();
      await asks(handle);
      await say(handle, 'resolve', { by: 'bob', how: 'leave' });
      expect(await endOf(handle)).toMatchObject({
        ...{ status: 'failed', type: 'needs-human' },
        result: { leftovers: [{ what: 'service db' }], next: { command: 'evenkeel rollback 1 -p shop' } },
      });
    });
  });
});

describe('a run that was overtaken', () => {
  it('names each service that it had touched, with a command, and what to do next', async () => {
    const recordRelease = async () => Promise.reject(staleRun());
    await world.withSteps({ ...FAILING, recordRelease }, async (start, calls) => {
      const handle = await start(PLAIN);
      const end = await endOf(handle);
      expect(end).toMatchObject({ type: 'needs-human', result: { next: { command: expect.any(String) as unknown } } });
      expect(end.result!.leftovers.map(({ what, command, debris }) => [what, command, debris])).toEqual([
        ['service db', 'evenkeel status -p shop db', false],
        ['service api', 'evenkeel status -p shop api', false],
      ]);
      expect(end.result!.serves!.map(({ service }) => service)).toEqual(['db', 'api']);
      expect(calls.filter((call) => call.startsWith('restoreService'))).toEqual([]);
    });
  });

  it('has failed to go back where that happens on its way back', async () => {
    const restoreService = async () => Promise.reject(staleRun());
    await world.withSteps({ ...FAILING, restoreService }, async (start) => {
      const end = await endOf(await start(PLAIN));
      expect(end).toMatchObject({ status: 'failed', type: 'rollback-failed' });
      expect(end.result!.leftovers).toEqual(
        ['db', 'api'].map((service) => ({
          ...{ what: `service ${service}`, debris: false },
          ...{ why: 'restore: another run has taken over shop', command: `docker compose -p shop ps -a ${service}` },
        })),
      );
      expect(end.result!.serves!.map(({ service }) => service)).toEqual(['db', 'api']);
    });
  });
});

describe('what a failed way back says', () => {
  const SECRET = 'hunter2-of-the-test';
  const SAYS = `dial postgres://shop:${SECRET}@db/shop: refused`;

  it.each<[Outcome, () => Error]>([
    ['rollback-failed', () => finalFailure(SAYS)],
    ['needs-human', () => givenUp(SAYS)],
  ])('has no password in it, in questions, leftovers and all of its history: %s', async (outcome, error) => {
    const restoreService = without('api', error);
    const clearUp = async () => Promise.reject(finalFailure(SAYS));
    const seeWhatServes = async () => Promise.reject(finalFailure(SAYS));
    await world.withSteps({ ...FAILING, restoreService, clearUp, seeWhatServes }, async (start) => {
      const handle = await start(PLAIN);
      if (outcome === 'needs-human') {
        await asks(handle);
        const { asks: question } = await handle.query<Progress>('progress');
        expect(question!.why).toBe('dial postgres://shop:[redacted]@db/shop: refused');
        await say(handle, 'resolve', { by: 'ann', how: 'leave' });
      }
      const end = await endOf(handle);
      expect(end.type).toBe(outcome);
      expect(end.result!.leftovers).toHaveLength(2);
      for (const { why } of end.result!.leftovers) expect(why).toContain('shop:[redacted]@db');
      expect(end.result!.next!.means).toContain('shop:[redacted]@db');
      const told = [await handle.fetchHistory(), (await handle.describe()).raw, await handle.query('progress')];
      for (const text of told) expect(plainText(text)).not.toContain(SECRET);
      expect(plainText(await handle.query('__temporal_workflow_metadata'))).not.toContain(SECRET);
    });
  });
});
