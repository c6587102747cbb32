import { expect, it } from '@jest/globals';
import { pauseAfter } from '../../../activities/watch-host.js';

it('rests nine times as long as a look took, so that many stacks do not keep a host busy with looking', () => {
  expect([0, 100, 300, 1000, 60_000].map(pauseAfter)).toEqual([2000, 2000, 2700, 9000, 30_000]);
});
