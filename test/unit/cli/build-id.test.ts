import { expect, it } from '@jest/globals';
import { buildIdIn } from '../../../src/cli/build-id.js';
import { UsageError } from '../../../src/cli/errors.js';

it('is that of the flag, else that of the environment, else none', () => {
  expect(buildIdIn({ env: { EVENKEEL_BUILD_ID: '1' } }, '2')).toBe('2');
  expect(buildIdIn({ env: { EVENKEEL_BUILD_ID: '0.2.0-rc.1+a_b' } }, undefined)).toBe('0.2.0-rc.1+a_b');
  expect(buildIdIn({ env: { EVENKEEL_BUILD_ID: '' } }, undefined)).toBeUndefined();
  expect(buildIdIn({ env: {} }, undefined)).toBeUndefined();
});

it.each(['', 'a b', "x'; rm", '$(x)', 'b'.repeat(101)])(
  'refuses %j, which a shell or Temporal might take for another',
  (id) => {
    expect(() => buildIdIn({ env: {} }, id)).toThrow(UsageError);
  },
);
