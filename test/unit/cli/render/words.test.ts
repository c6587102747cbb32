import { expect, it } from '@jest/globals';
import { durationText } from '../../../../src/spec/duration-text.js';
import { accountOf, errorText } from '../../../../src/cli/render/error.js';
import { tableText } from '../../../../src/cli/render/table.js';

it.each([
  [0, '0.0s'],
  [59_940, '59.9s'],
  [59_960, '1m00s'],
  [65_000, '1m05s'],
  [12_000_000, '3h20m'],
  [400_000_000, '4d'],
])('%d ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

it('a table has plain columns, and none that is empty throughout', () => {
  expect(
    tableText(
      ['SERVICE', 'HEALTH', 'STATE'],
      [
        ['web', '', 'running'],
        ['postgres', '', 'exited'],
      ],
    ),
  ).toBe(['SERVICE   STATE', 'web       running', 'postgres  exited'].join('\n'));
});

it('an error nobody foresaw ends with 1, and shows its stack only when asked to', () => {
  const error = new Error('boom', { cause: new Error('deep') });
  expect(accountOf(error)).toMatchObject({ type: 'Unexpected', exitCode: 1 });
  expect(errorText(error, false)).toBe('evenkeel: boom\n  → run it again with -v for the whole story');
  expect(errorText(error, true)).toContain('caused by Error: deep');
});
