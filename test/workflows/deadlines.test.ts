import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Context } from '@temporalio/activity';
import type { Activities } from '../../activities/activities.js';
import type { Progress } from '../../src/spec/progress.js';
import { eventually } from '../support/eventually.js';
import { stepOf } from '../support/fake-steps.js';
import { endOf } from '../support/run-end.js';
import { refusal, say } from '../support/say.js';
import { calledOnce, WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;

beforeAll(async () => (world = await WorkflowWorld.start()), 60_000);
afterAll(() => world.stop());

/** Goes on for as long as nobody cancels it, as a build does that hangs. */
async function untilCancelled(): Promise<never> {
  const { cancelled, heartbeat } = Context.current();
  const beating = setInterval(() => heartbeat(), 100);
  try {
    return await cancelled;
  } finally {
    clearInterval(beating);
  }
}

/** A deployment that comes to its gates in the stack without any on a twin. */
const SHOP = { stack: 'shop', skip: ['backup', 'rehearsal'], reason: 'the stack counts' };

describe('the deadline of a deployment', () => {
  it('rejects it when nothing has been touched by then', async () => {
    await world.withSteps({ buildImages: untilCancelled }, async (start, calls) => {
      const end = await endOf(await start({ stack: 'shop', deadline: '10s' }));
      expect(end).toMatchObject({ status: 'failed', type: 'rejected', result: { touched: [] } });
      expect(end.message).toContain('the deadline passed: it had to serve by');
      expect(calls).toContain('restoreTags');
    });
  });

  it('rolls it back when services have been replaced by then', async () => {
    let restoring = false;
    const restoreService: Activities['restoreService'] = async ({ service }) => {
      restoring = true;
      return { state: 'running', untouched: service !== 'db', remarks: [], gate: stepOf(service).gate };
    };
    const awaitHealth: Activities['awaitHealth'] = async ({ service }) =>
      restoring ? { verdict: 'pass', reason: 'well', service, durationMs: 1 } : untilCancelled();
    await world.withSteps({ awaitHealth, restoreService }, async (start) => {
      const end = await endOf(await start({ ...SHOP, deadline: '12s' }));
      expect(end).toMatchObject({
        status: 'failed',
        type: 'rolled-back',
        result: { touched: ['db'], restored: ['db'] },
      });
      expect(end.message).toContain('the deadline passed');
    });
  });

  it('is no matter once the release is being recorded', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const recordRelease: Activities['recordRelease'] = async () => gate.then(() => ({ release: '2' }));
    await world.withSteps({ recordRelease }, async (start, calls) => {
      const handle = await start({ ...SHOP, deadline: '12s' });
      await calledOnce(calls, 'recordRelease');
      await eventually('the deadline has passed', async () => {
        const { deadlineAtMs } = await handle.query<Progress>('progress');
        return Date.now() > deadlineAtMs!;
      });
      open();
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
    });
  });

  it('moves when somebody gives more time', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const preflight = async () => gate.then(() => []);
    await world.withSteps({ preflight }, async (start, calls) => {
      const handle = await start({ stack: 'shop', deadline: '12s' });
      await calledOnce(calls, 'preflight');
      expect(await say(handle, 'extendDeadline', { by: 'ann', for: '1h' })).toContain('the run until');
      const { deadlineAtMs } = await handle.query<Progress>('progress');
      await eventually('the first deadline has passed', async () => Date.now() > deadlineAtMs! - 3_600_000 + 200);
      open();
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
    });
  });
});

describe('the deadline of a gate', () => {
  /** A gate of `api` that is out of time the first time it is asked, once `when` has come. */
  function lateGate(when: Promise<void>, asked: number[]): Activities['awaitHealth'] {
    return async ({ service, gate }) => {
      if (service === 'api') asked.push(gate.timeoutMs);
      const isLate = service === 'api' && asked.length === 1;
      if (isLate) await when;
      return {
        ...{
          verdict: isLate ? 'fail' : 'pass',
          reason: isLate ? 'not well within 5 s' : 'well',
          service,
          durationMs: 1,
        },
        ...(isLate ? { outOfTime: true } : {}),
      };
    };
  }

  it('is extended while the gate is at work: it is asked once more for as long', async () => {
    let open: () => void = () => undefined;
    const when = new Promise<void>((resolve) => (open = resolve));
    const asked: number[] = [];
    await world.withSteps({ awaitHealth: lateGate(when, asked) }, async (start, calls) => {
      const handle = await start(SHOP);
      await calledOnce(calls, 'awaitHealth api');
      expect(await say(handle, 'extendDeadline', { by: 'ann', for: '2m' })).toContain('gate api: 2m more');
      open();
      expect(await endOf(handle)).toMatchObject({ type: 'succeeded' });
      expect(asked).toEqual([5000, 120_000]);
    });
  });

  it('ends the gate where nobody has extended it, and cannot be moved where none is at work', async () => {
    const asked: number[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const preflight = async () => gate.then(() => []);
    await world.withSteps({ preflight, awaitHealth: lateGate(Promise.resolve(), asked) }, async (start, calls) => {
      const handle = await start(SHOP);
      await calledOnce(calls, 'preflight');
      expect(await refusal(handle, 'extendDeadline', { by: 'ann', for: '2m' })).toContain(
        'nothing of it has a deadline',
      );
      open();
      expect(await endOf(handle)).toMatchObject({ result: { failure: { service: 'api' } } });
    });
  });
});
