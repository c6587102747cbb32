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
  const RUNS = { Running: true, Restarting: false };
  const ENDED = { Running: false, Restarting: false };
  it.each([
    ['never ran', { ...ENDED, StartedAt: NEVER, FinishedAt: NEVER }, 0, undefined],
    ['runs for the first time', { ...RUNS, StartedAt, FinishedAt: NEVER }, 0, '0'],
    [
      'ended long before it was started again',
      { ...RUNS, StartedAt, FinishedAt: '2026-11-21T05:20:00Z' },
      0,
      '1795238819.410000001',
    ],
    [
      'ended just before it was started again',
      { ...RUNS, StartedAt, FinishedAt: '2026-11-21T05:26:59.49Z' },
      3,
      '1795238819.490000000',
    ],
    ['has ended since', { ...ENDED, StartedAt, FinishedAt: '2026-11-21T05:27:00Z' }, 0, '1795238819.410000001'],
    [
      'ended before its start was noted',
      { ...ENDED, StartedAt, FinishedAt: '2026-11-21T05:26:59.49Z' },
      0,
      '1795238819.400000000',
    ],
    ['gave up a crash loop', { ...ENDED, StartedAt, FinishedAt: '2026-11-21T05:27:00Z' }, 3, '1795238819.410000001'],
    [
      'waits for the next run of a crash loop',
      { ...RUNS, Restarting: true, StartedAt, FinishedAt: '2026-11-21T05:26:59.49Z' },
      3,
      '1795238819.400000000',
    ],
  ])('of a container that %s', (_, State, RestartCount, since) =>
    expect(lastRunSince({ Created: '2026-11-21T05:20:00Z', State, RestartCount })).toBe(since),
  );

  it('of a container that was made just before is all that it has written, unless it has restarted', () => {
    const State = { ...ENDED, StartedAt, FinishedAt: '2026-11-21T05:27:00Z' };
    expect(lastRunSince({ Created: '2026-11-21T05:26:00Z', State, RestartCount: 0 })).toBe('0');
    expect(lastRunSince({ Created: '2026-11-21T05:26:00Z', State, RestartCount: 1 })).toBe('1795238819.410000001');
  });
});
