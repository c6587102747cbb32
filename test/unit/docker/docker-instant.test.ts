import { describe, expect, it } from '@jest/globals';
import { lastRunSince, nanosOf } from '../../../src/docker/docker-instant.js';

const NEVER = '0001-01-01T00:00:00Z';

describe('nanosOf', () => {
  it('keeps every digit', () => {
    expect(nanosOf('2026-11-21T05:26:59.34618558Z')).toBe(1795238819346185580n);
    expect(nanosOf('2026-11-21T05:26:59Z')).toBe(1795238819000000000n);
    expect(nanosOf('2026-11-21T06:26:59.000000001+01:00')).toBe(1795238819000000001n);
  });

  it('knows Docker’s never', () => expect(nanosOf(NEVER)).toBeUndefined());
});

describe('lastRunSince', () => {
  const StartedAt = '2026-11-21T05:26:59.500000001Z';
  it.each([
    ['never ran', { StartedAt: NEVER, FinishedAt: NEVER }, undefined],
    ['runs for the first time', { StartedAt, FinishedAt: NEVER }, '0'],
    [
      'ended long before it was started again',
      { StartedAt, FinishedAt: '2026-11-21T05:20:00Z' },
      '1795238819.410000001',
    ],
    ['ended just before', { StartedAt, FinishedAt: '2026-11-21T05:26:59.49Z' }, '1795238819.490000000'],
    ['has ended since', { StartedAt, FinishedAt: '2026-11-21T05:27:00Z' }, '1795238819.410000001'],
  ])('of a container that %s', (_, state, since) => expect(lastRunSince(state)).toBe(since));
});
