import type { Context, Info } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EngineLate, EngineRefused } from '../../../src/docker/engine.js';
import { AroundActivity, asFailure } from '../../../src/worker/activity-interceptor.js';

describe('what goes into history instead of an error', () => {
  it('says no credential, in failures of ours neither', () => {
    const said = 'bringing back api: exec: "/app/run --token=hunter2": not found';
    const ours = ApplicationFailure.nonRetryable(said, 'StepFailed', { excerpt: ['one'] });
    const failure = asFailure(ours, 'restoreService', 1) as ApplicationFailure;
    expect(failure).toMatchObject({ type: 'StepFailed', nonRetryable: true, details: [{ excerpt: ['one'] }] });
    expect(failure.message).toContain('--token=[redacted]');
    expect(failure.stack).not.toContain('hunter2');
  });

  it('lets a way back wait for room that Docker lacks, and ends any other step', () => {
    const excerpt = ['Error response from daemon: no space left on device'];
    const full = ApplicationFailure.nonRetryable('bringing back api: it failed', 'StepFailed', { excerpt });
    expect(asFailure(full, 'restoreService', 1)).not.toBeInstanceOf(ApplicationFailure);
    expect(asFailure(full, 'replaceService', 1)).toMatchObject({ type: 'StepFailed', nonRetryable: true });
  });

  it('tells what Docker does not let go of from all else that is final', async () => {
    const excerpt = [
      'Error response from daemon: driver "overlay2" failed to remove root filesystem: operation not permitted',
    ];
    const printed = ApplicationFailure.nonRetryable('bringing back api: it failed', 'StepFailed', { excerpt });
    expect(asFailure(printed, 'restoreService', 1)).toMatchObject({
      ...{ type: 'Stuck', nonRetryable: true, details: [{ excerpt }] },
    });
    const answered = new EngineRefused(500, 'cannot stop container: 1f: did not receive an exit event');
    expect(asFailure(answered, 'stopService', 1)).toMatchObject({ type: 'Stuck', nonRetryable: true });
    const stale = ApplicationFailure.nonRetryable('could not kill', 'StaleRun');
    expect(asFailure(stale, 'stopService', 1)).toMatchObject({ type: 'StaleRun' });
  });

  it('tries again while the kernel still holds what is to be removed', () => {
    const says =
      'failed to remove container 1f: driver "overlay2" failed to remove root filesystem: device or resource busy';
    expect(asFailure(new EngineRefused(500, says), 'restoreService', 300)).not.toBeInstanceOf(ApplicationFailure);
  });

  it('tries a dozen times what Docker does not answer when a container is to go', () => {
    const late = new EngineLate('failed to end container 1f: Docker at /run/docker.sock did not answer within 130 s.');
    expect(asFailure(late, 'restoreService', 11)).not.toBeInstanceOf(ApplicationFailure);
    expect(asFailure(late, 'restoreService', 12)).toMatchObject({
      ...{ type: 'Stuck', nonRetryable: true, message: late.message },
    });
    const looking = new EngineLate('Docker at /run/docker.sock did not answer within 30 s.');
    expect(asFailure(looking, 'restoreService', 12)).not.toBeInstanceOf(ApplicationFailure);
  });

  it('keeps a cancellation as it is', () => {
    const cancelled = new CancelledFailure('CANCELLED');
    expect(asFailure(cancelled, 'restoreService', 1)).toBe(cancelled);
  });
});

describe('heartbeats of an activity', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** What is sent in the course of an activity whose heartbeats have to come within four seconds. */
  async function beatsOf(work: (context: Context) => Promise<void>, info: Partial<Info> = {}): Promise<unknown[]> {
    const beats: unknown[] = [];
    const context = {
      info: { activityType: 'awaitHealth', heartbeatTimeoutMs: 4000, ...info },
      heartbeat: (details: unknown) => void beats.push(details),
    } as unknown as Context;
    await new AroundActivity(context, undefined).execute({ args: [{}], headers: {} }, () => work(context));
    await jest.advanceTimersByTimeAsync(8000);
    return beats;
  }

  it('come in time while it is at work, and repeat what it said itself', async () => {
    const beats = await beatsOf(async (context) => {
      await jest.advanceTimersByTimeAsync(1500);
      context.heartbeat('seen twice');
      await jest.advanceTimersByTimeAsync(2000);
    });
    expect(beats).toEqual([undefined, 'seen twice', 'seen twice', 'seen twice']);
  });

  it('cost a step nothing that ends before one is due', async () => {
    expect(await beatsOf(async () => undefined)).toEqual([]);
  });

  it('are none of a step that a worker takes in hand for its run, however long it takes', async () => {
    const long = async (): Promise<void> => void (await jest.advanceTimersByTimeAsync(5000));
    expect(await beatsOf(long, { isLocal: true })).toEqual([]);
  });

  it('keep what an earlier attempt had said from the beginning', async () => {
    expect(await beatsOf(async () => undefined, { heartbeatDetails: 'seen once' })).toEqual(['seen once']);
  });
});
