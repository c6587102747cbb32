import { expect, it } from '@jest/globals';
import { boundMs } from '../../../activities/up-within.js';

it('grants what the slowest container may take to stop, and some minutes', () => {
  expect(boundMs([])).toBe(300_000);
  expect(boundMs([10, 90])).toBe(390_000);
  expect(boundMs([10, -1])).toBeUndefined();
  expect(boundMs([1e9])).toBe(2 ** 31 - 1);
});
