import { expect, it } from '@jest/globals';
import { isUp } from '../../../src/plan/observed-stack.js';

it('counts what crashes and is started again, and what is held still, as up', () => {
  const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const;
  expect(states.filter((state) => isUp({ state }))).toEqual(['running', 'paused', 'restarting']);
});
