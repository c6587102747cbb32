import { expect, it } from '@jest/globals';
import { wordsOn } from '../../../src/worker/watch-routing.js';

const where = { address: 'here:7233', namespace: 'shop' };

it('says nothing where runs come to the worker', () => {
  expect(wordsOn({ takers: ['1'], known: ['1'] }, '1', where, false)).toBeUndefined();
  expect(wordsOn({ takers: [undefined], known: [] }, undefined, where, false)).toBeUndefined();
});

it('says what is wrong and the command, in one line', () => {
  const words = wordsOn({ takers: [undefined], known: ['1'] }, '1', where, false);
  expect(words).toMatch(/^the worker deployment evenkeel has no current version.* --build-id 1 .*--yes$/);
});

it('says no command that would fail: that waits until Temporal knows the build, or does not come to know it', () => {
  const routing = { takers: ['1'], known: ['1'] };
  expect(wordsOn(routing, '2', where, false)).toBe('too early');
  expect(wordsOn(routing, '2', where, true)).toContain('has not taken build 2');
});
