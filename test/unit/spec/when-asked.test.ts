import { expect, it } from '@jest/globals';
import { healthCheckInput } from '../../../src/spec/check-input.js';
import { deployInput } from '../../../src/spec/deploy-input.js';
import { whenAsked } from '../../../src/spec/when-asked.js';

it('makes nothing until it is asked for, and then once', () => {
  let made = 0;
  const count = whenAsked(() => (made += 1));
  expect(made).toBe(0);
  expect([count(), count()]).toEqual([1, 1]);
});

it('keeps what is undefined, too', () => {
  let made = 0;
  const nothing = whenAsked(() => void (made += 1));
  nothing();
  nothing();
  expect(made).toBe(1);
});

it('has a look and a deployment named in the same words', () => {
  const messages = [deployInput(), healthCheckInput()].map((schema) =>
    schema.safeParse({ stack: 'Shop' }).error?.issues.map(({ message }) => message),
  );
  expect(messages[0]).toEqual([expect.stringContaining('a stack is named by its Compose project')]);
  expect(messages[1]).toEqual(messages[0]);
});
