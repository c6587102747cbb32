import { describe, expect, it } from '@jest/globals';
import { BuildSlots, parallelBuilds } from '../../../src/docker/build-slots.js';

const GB = 1024 ** 3;

describe('parallelBuilds', () => {
  const limits = { buildMemoryBytes: 2 * GB, parallelBuilds: 'auto' as const };

  it.each([
    [1, 0.5, 8],
    [1, 16, 1],
    [1, 16, 2],
    [3, 7, 16],
    [4, 64, 16],
  ])('is %d with %d GB to be had and %d processors', (expected, gigabytes, cpus) => {
    expect(parallelBuilds({ availableMemory: gigabytes * GB, cpus }, limits)).toBe(expected);
  });

  it('is what the operator says, but never none', () => {
    const capacity = { availableMemory: GB, cpus: 1 };
    expect(parallelBuilds(capacity, { ...limits, parallelBuilds: 7 })).toBe(7);
    expect(parallelBuilds(capacity, { ...limits, parallelBuilds: 0 })).toBe(1);
  });
});

describe('BuildSlots', () => {
  const never = new AbortController().signal;

  it('lets only so many in, and the next as soon as one is given back', async () => {
    const slots = new BuildSlots();
    const giveBack = await slots.take(async () => 1, never, 60_000);
    let second = false;
    const waiting = slots
      .take(async () => 1, never, 60_000)
      .then((give) => {
        second = true;
        give();
      });
    await new Promise((resolve) => setImmediate(resolve));
    expect(second).toBe(false);
    giveBack();
    giveBack();
    await waiting;
    expect(second).toBe(true);
  });

  it('asks for the limit again while it waits', async () => {
    const slots = new BuildSlots();
    let limit = 1;
    await slots.take(async () => limit, never, 1);
    const second = slots.take(async () => limit, never, 1);
    limit = 2;
    await second;
  });

  it('stops waiting on abort', async () => {
    const slots = new BuildSlots();
    await slots.take(async () => 1, never);
    const abort = new AbortController();
    const waiting = slots.take(async () => 1, abort.signal, 60_000);
    abort.abort(new Error('aborted'));
    await expect(waiting).rejects.toThrow('aborted');
  });
});
