import { expect, it } from '@jest/globals';
import { performerFrom } from '../../../src/cli/performer.js';

it.each([
  [{ USER: 'ada' }, 'ada@alpha'],
  [{ USER: 'root', SUDO_USER: 'ada' }, 'ada@alpha'],
  [{ LOGNAME: 'grace' }, 'grace@alpha'],
])('the performer of %j is %s', (env, performer) => {
  expect(performerFrom(env, 'alpha')).toBe(performer);
});
