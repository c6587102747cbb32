import { describe, expect, it } from '@jest/globals';
import { sinceMs } from '../../../src/cli/since.js';

const NOW = Date.parse('2026-11-21T10:00:00Z');

describe('--since', () => {
  it.each([
    [undefined, 0],
    ['30m', NOW - 1_800_000],
    ['2d', NOW - 172_800_000],
    ['2026-11-01', Date.parse('2026-11-01')],
  ])('%s', (text, at) => expect(sinceMs(text, NOW)).toBe(at));

  it('is refused where it is neither a date nor a length of time', () => {
    expect(() => sinceMs('lately', NOW)).toThrow(/neither a date nor a length of time/);
  });
});
