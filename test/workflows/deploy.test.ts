import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../activities/activities.js';
import type { Finding } from '../../src/spec/finding.js';
import type { Progress } from '../../src/spec/progress.js';
import { FaultInjected } from '../../src/worker/fault-points.js';
import { finalFailure, planOf } from '../support/fake-steps.js';
import { endOf } from '../support/run-end.js';
import { calledOnce, WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;

beforeAll(async () => (world = await WorkflowWorld.start()), 60_000);
afterAll(() => world.stop());

const withSteps: WorkflowWorld['withSteps'] = (overrides, act) => world.withSteps(overrides, act);

describe('deploy', () => {
  it('walks the runbook in order and completes with succeeded', async () => {
    await withSteps({}, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({
        status: 'completed',
        type: 'succeeded',
        result: { release: '2', touched: ['db', 'api', 'worker', 'web'] },
      });
      const order = [
        'locateStack',
        'beginRun',
        'freezeConfig',
        'preflight',
        'captureStack',
        'buildImages',
        'planDeployment',
        'replaceService db',
        'awaitHealth db',
        'replaceService api',
        'replaceService web',
        'watchStability web',
        'recordRelease',
        'writeResult',
      ];
      expect(calls.filter((call) => order.includes(call))).toEqual(order);
    });
  });

  it('gives every step a summary that people read in the Temporal UI', async () => {
    await withSteps({}, async (start) => {
      for (const runbook of ['deploy', 'rollback', 'backup', 'restore']) {
        const handle = await start({ stack: 'shop' }, runbook);
        await endOf(handle);
        const { events } = await handle.fetchHistory();
        const nameless = events!
          .filter(({ activityTaskScheduledEventAttributes, userMetadata }) =>
            Boolean(activityTaskScheduledEventAttributes && !userMetadata?.summary),
          )
          .map(({ activityTaskScheduledEventAttributes: step }) => step!.activityType!.name);
        expect({ runbook, nameless }).toEqual({ runbook, nameless: [] });
      }
    });
  });

  it('names the release that serves where there is nothing to change', async () => {
    const recordRelease = async () => ({ release: '1' });
    await withSteps({ planDeployment: async () => planOf([]), recordRelease }, async (start) => {
      expect(await endOf(await start({ stack: 'shop' }))).toMatchObject({
        type: 'succeeded',
        result: { release: '1', touched: [] },
      });
    });
  });

  it('lets old releases go once there is one more, and serves whatever becomes of that', async () => {
    const recordRelease = async () => ({ release: '2', collect: true as const });
    await withSteps({ recordRelease }, async (start, calls) => {
      expect(await endOf(await start({ stack: 'shop' }))).toMatchObject({
        type: 'succeeded',
        result: { warnings: [] },
      });
      expect(calls.indexOf('collectReleases')).toBeGreaterThan(calls.indexOf('recordRelease'));
    });
    const refused: Finding = { rule: 'not-let-go', severity: 'warning', message: 'in use' };
    for (const collectReleases of [
      async () => Promise.reject(finalFailure('the disk is full')),
      async () => ({ releases: [], cacheBytes: 0, findings: [refused] }),
    ]) {
      await withSteps({ recordRelease, collectReleases }, async (start) => {
        expect(await endOf(await start({ stack: 'shop' }))).toMatchObject({
          type: 'succeeded',
          result: { release: '2', warnings: [{ rule: 'not-let-go' }] },
        });
      });
    }
    await withSteps({}, async (start, calls) => {
      await endOf(await start({ stack: 'shop' }));
      expect(calls).not.toContain('collectReleases');
    });
  });

  it('judges nothing where no container is asked for', async () => {
    const plan = planOf([['db'], ['api']]);
    plan.waves[1]![0]!.scale = 0;
    await withSteps({ planDeployment: async () => plan }, async (start, calls) => {
      expect(await endOf(await start({ stack: 'shop' }))).toMatchObject({ type: 'succeeded' });
      expect(calls).toEqual(expect.arrayContaining(['awaitHealth db', 'replaceService api']));
      expect(calls).not.toContain('awaitHealth api');
      expect(calls).not.toContain('watchStability api');
    });
  });

  it('fails at once with readable text when the input is empty, unknown or wrong', async () => {
    await withSteps({}, async (start, calls) => {
      for (const input of [undefined, {}, { stack: '' }, { stack: 'shop', colour: 'red' }, { stack: 'Shop' }]) {
        expect(await endOf(await start(input))).toMatchObject({ status: 'failed', type: 'InvalidInput' });
      }
      expect(calls).toEqual([]);
    });
  });

  it('is rejected with every finding, and touches nothing, when preflight finds errors', async () => {
    const error = (message: string) => ({ rule: 'x', severity: 'error' as const, message });
    await withSteps({ preflight: async () => [error('no disk'), error('port taken')] }, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({ status: 'failed', type: 'rejected', result: { touched: [] } });
      expect(end.message).toContain('no disk');
      expect(end.message).toContain('port taken');
      expect(calls).not.toContain('captureStack');
    });
  });

  it('after a reset takes back what its former self had begun, even where it is refused before it has a plan', async () => {
    const formerSelf = { begun: ['api', 'web'], services: ['db', 'api', 'web'], frozen: { folder: 'runs/0/frozen' } };
    const capture = { release: '1', folder: 'runs/1/capture', formerSelf };
    const error = { rule: 'x', severity: 'error' as const, message: 'no disk' };
    await withSteps(
      {
        beginRun: async () => ({ epoch: 2, runFolder: '/runs/1', capture }),
        preflight: async () => [error],
        restoreService: async ({ service }) => ({ state: 'running', untouched: service === 'db', remarks: [] }),
      },
      async (start, calls) => {
        const end = await endOf(await start({ stack: 'shop' }));
        expect(end).toMatchObject({
          status: 'failed',
          type: 'rolled-back',
          result: { touched: ['api', 'web'], restored: ['api', 'web'], release: '1' },
        });
        expect(end.message).toContain('no disk');
        expect(calls.filter((call) => /^(stop|restore)Service/.test(call))).toEqual([
          'stopService web',
          'stopService api',
          'restoreService db',
          'restoreService api',
          'restoreService web',
        ]);
      },
    );
  });

  it('puts every tag back when a build fails', async () => {
    const buildImages = async () => Promise.reject(finalFailure('exit code 1'));
    await withSteps({ buildImages }, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({
        type: 'rejected',
        // Nothing was touched, so what was captured serves on.
        result: { release: '1', failure: { phase: 'build', service: 'api', excerpt: ['last line'] } },
      });
      expect(calls).toContain('restoreTags');
      expect(calls.filter((call) => call.startsWith('replaceService'))).toEqual([]);
    });
  });

  it('names the one of several builds that failed', async () => {
    const images = ['web', 'api', 'worker'].map((service) => ({
      service,
      ref: `shop-${service}`,
      source: 'build' as const,
    }));
    const freezeConfig: Activities['freezeConfig'] = async () => ({
      ...{ frozen: { folder: 'runs/1/frozen', hash: 'f' }, findings: [], images, rehearsal: 'auto' as const },
    });
    const details = [{ excerpt: ['last line'], service: 'api' }];
    const buildImages = async () =>
      Promise.reject(
        ApplicationFailure.create({ message: 'exit code 1', type: 'StepFailed', nonRetryable: true, details }),
      );
    await withSteps({ freezeConfig, buildImages }, async (start) => {
      const handle = await start({ stack: 'shop' });
      expect(await endOf(handle)).toMatchObject({
        type: 'rejected',
        result: { failure: { phase: 'build', service: 'api', message: 'exit code 1' } },
      });
      const { lines } = await handle.query<Progress>('progress');
      expect(lines.filter(({ phase }) => phase === 'build').map(({ state }) => state)).toEqual([
        'skipped',
        'failed',
        'skipped',
      ]);
    });
  });

  it('takes back every begun service in reverse, the failing one included, and starts the old ones in order', async () => {
    const awaitHealth: Activities['awaitHealth'] = async ({ service }) => ({
      verdict: service === 'worker' && !restoring ? 'fail' : 'pass',
      reason: 'exited with 1',
      service,
      durationMs: 1,
    });
    let restoring = false;
    const stopService = async () => void (restoring = true);
    await withSteps({ awaitHealth, stopService }, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({
        status: 'failed',
        type: 'rolled-back',
        result: {
          release: '1',
          touched: ['db', 'api', 'worker'],
          restored: ['db', 'api', 'worker'],
          failure: { service: 'worker' },
        },
      });
      expect(calls.filter((call) => /^(stop|restore)Service/.test(call))).toEqual([
        'stopService worker',
        'stopService api',
        'stopService db',
        'restoreService db',
        'restoreService api',
        'restoreService worker',
        'restoreService web',
      ]);
      expect(calls).not.toContain('recordRelease');
      expect(calls).toContain('restoreTags');
    });
  });

  it('takes back a service whose replacement failed half-way', async () => {
    const replaceService: Activities['replaceService'] = async ({ step }) => {
      if (step.service === 'db') throw finalFailure('port is already allocated');
      return { containers: [] };
    };
    await withSteps({ replaceService }, async (start, calls) => {
      expect(await endOf(await start({ stack: 'shop' }))).toMatchObject({
        type: 'rolled-back',
        result: { restored: ['db'] },
      });
      expect(calls).toContain('restoreService db');
    });
  });

  it('says rollback-failed and lists what is left when a service cannot come back, and still brings back the others', async () => {
    const restoreService: Activities['restoreService'] = async ({ service }) => {
      if (service === 'api') throw finalFailure('no such image');
      return { state: 'running', untouched: false, remarks: [] };
    };
    const recordRelease = async () => Promise.reject(finalFailure('disk full'));
    await withSteps({ restoreService, recordRelease }, async (start) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({
        type: 'rollback-failed',
        result: { restored: ['db', 'worker', 'web'], leftovers: [{ what: 'service api' }] },
      });
      // What serves is no release any more.
      expect(end.result).not.toHaveProperty('release');
    });
  });

  it('fails as soon as a stable window breaks, while later waves are going on', async () => {
    const watchStability: Activities['watchStability'] = async ({ service }) => ({
      verdict: service === 'db' ? 'fail' : 'pass',
      reason: 'restarted',
      service,
      durationMs: 1,
    });
    const awaitHealth: Activities['awaitHealth'] = async ({ service }) => {
      if (service === 'web') throw finalFailure('must not be reached');
      return { verdict: 'pass', reason: 'well', service, durationMs: 1 };
    };
    await withSteps(
      { watchStability, awaitHealth, planDeployment: async () => planOf([['db'], ['api']]) },
      async (start) => {
        const end = await endOf(await start({ stack: 'shop' }));
        expect(end).toMatchObject({ result: { failure: { service: 'db' } } });
      },
    );
  });

  it.each(['update', 'cancel'] as const)(
    'takes back what was done and closes as cancelled on an abort by %s',
    async (how) => {
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (open = resolve));
      let held = false;
      const replaceService: Activities['replaceService'] = async ({ step }) => {
        if (step.service === 'api' && !held) {
          held = true;
          await gate;
        }
        return { containers: [] };
      };
      await withSteps({ replaceService }, async (start, calls) => {
        const handle = await start({ stack: 'shop' });
        await calledOnce(calls, 'replaceService api');
        const aborting =
          how === 'update'
            ? handle.executeUpdate('abort', { args: [{ by: 'ann', reason: 'wrong day' }] })
            : handle.cancel();
        await aborting;
        // A replacing Compose is waited for: nothing is taken back while it is at work.
        expect(calls).not.toContain('restoreService db');
        open();
        const end = await endOf(handle);
        expect(end).toMatchObject({
          status: 'cancelled',
          result: { outcome: 'aborted', restored: ['db', 'api', 'worker'] },
        });
        if (how === 'update') expect(end.result?.failure?.message).toBe('aborted by ann: wrong day');
      });
    },
  );

  it('refuses an abort without a name, and a second one', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    await withSteps(
      {
        preflight: async () => {
          await gate;
          return [];
        },
      },
      async (start, calls) => {
        const handle = await start({ stack: 'shop' });
        await calledOnce(calls, 'preflight');
        await expect(handle.executeUpdate('abort', { args: [{ by: '' }] })).rejects.toThrow();
        await handle.executeUpdate('abort', { args: [{ by: 'ann' }] });
        await expect(handle.executeUpdate('abort', { args: [{ by: 'bob' }] })).rejects.toThrow();
        open();
        expect(await endOf(handle)).toMatchObject({ status: 'cancelled', result: { outcome: 'aborted', touched: [] } });
      },
    );
  });

  it('refuses a second deployment of a stack while one is at work, and queues it when asked to', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let first = true;
    const preflight = async () => {
      if (first) {
        first = false;
        await gate;
      }
      return [];
    };
    let holder = '';
    const lease = async (): Promise<Awaited<ReturnType<Activities['examineLease']>>> =>
      holder ? { state: 'held', by: holder } : { state: 'free' };
    let freed: () => void = () => undefined;
    const free = new Promise<void>((resolve) => (freed = resolve));
    await withSteps({ preflight, examineLease: lease, awaitLease: () => free }, async (start, calls) => {
      const running = await start({ stack: 'shop' });
      holder = running.workflowId;
      await calledOnce(calls, 'preflight');
      const refused = await endOf(await start({ stack: 'shop' }));
      expect(refused).toMatchObject({ type: 'rejected', result: { touched: [] } });
      expect(refused.message).toContain(`${running.workflowId} is changing it, or asks what to do: evenkeel status`);

      const queued = await start({ stack: 'shop', whenBusy: 'queue' });
      await calledOnce(calls, 'awaitLease');
      open();
      expect(await endOf(running)).toMatchObject({ type: 'succeeded' });
      holder = '';
      freed();
      expect(await endOf(queued)).toMatchObject({ type: 'succeeded' });
    });
  });

  it('plans only, and takes neither lease nor turn, on a dry run', async () => {
    await withSteps({}, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop', dryRun: true }));
      expect(end.result?.plan?.waves).toHaveLength(3);
      expect(calls).not.toContain('captureStack');
      expect(calls.filter((call) => call.startsWith('replaceService'))).toEqual([]);
    });
  });

  it('touches nothing more once a newer run has taken over', async () => {
    const replaceService = async () => Promise.reject(ApplicationFailure.nonRetryable('taken over', 'StaleRun'));
    await withSteps({ replaceService }, async (start, calls) => {
      expect(await endOf(await start({ stack: 'shop' }))).toMatchObject({ type: 'needs-human' });
      expect(calls.filter((call) => call.startsWith('restoreService'))).toEqual([]);
    });
  });

  it('holds the lease until an aborted run has taken everything back', async () => {
    const leases: string[] = [];
    const restoreService: Activities['restoreService'] = async ({ stack }) => {
      const found = world.env.client.workflow.list({ query: `WorkflowType = "lease" AND ExecutionStatus = "Running"` });
      for await (const { workflowId } of found) if (workflowId.endsWith(`/${stack}`)) leases.push(workflowId);
      return { state: 'running', untouched: false, remarks: [] };
    };
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const replaceService = async () => {
      await gate;
      return { containers: [] };
    };
    await withSteps({ restoreService, replaceService }, async (start, calls) => {
      const handle = await start({ stack: 'kept' });
      await calledOnce(calls, 'replaceService db');
      await handle.cancel();
      open();
      expect(await endOf(handle)).toMatchObject({ status: 'cancelled', result: { outcome: 'aborted' } });
      expect(leases.length).toBeGreaterThan(0);
    });
  });

  it('closes as cancelled although the step at work failed by something else before it heard of that', async () => {
    const buildImages = async () => {
      await Context.current().cancelled.catch(() => undefined);
      throw new FaultInjected('the engine is away');
    };
    await withSteps({ buildImages }, async (start, calls) => {
      const handle = await start({ stack: 'shop' });
      await calledOnce(calls, 'buildImages');
      await handle.cancel();
      const end = await endOf(handle);
      expect(end).toMatchObject({
        status: 'cancelled',
        result: { outcome: 'aborted', failure: { message: 'cancelled' } },
      });
    });
  });

  it('is not aborted any more while the release is being recorded', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const recordRelease = async () => {
      await gate;
      return { release: '2' };
    };
    await withSteps({ recordRelease }, async (start, calls) => {
      const handle = await start({ stack: 'shop' });
      await calledOnce(calls, 'recordRelease');
      await expect(handle.executeUpdate('abort', { args: [{ by: 'ann' }] })).rejects.toThrow();
      await handle.cancel();
      open();
      expect(await endOf(handle)).toMatchObject({ status: 'completed', type: 'succeeded' });
    });
  });

  it('puts tags back although clearing up fails, and says what is left', async () => {
    const buildImages = async () => Promise.reject(finalFailure('exit code 1'));
    const clearUp = async () => Promise.reject(finalFailure('network in use'));
    await withSteps({ buildImages, clearUp }, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop' }));
      expect(end).toMatchObject({
        type: 'rollback-failed',
        result: { touched: [], leftovers: [{ what: 'stack shop' }] },
      });
      expect(calls).toContain('restoreTags');
    });
  });
});
