import { describe, expect, it } from '@jest/globals';
import { parallelBuilds } from '../../../src/docker/build-slots.js';

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
