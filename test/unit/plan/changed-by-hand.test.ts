import { expect, it } from '@jest/globals';
import { changedByHand } from '../../../src/plan/changed-by-hand.js';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';

const container = (id: string, more: Partial<ObservedContainer> = {}): ObservedContainer => ({
  ...{ id, name: `shop-api-${id}`, service: 'api', number: 1, imageId: 'i', imageRef: 'shop-api', state: 'running' },
  ...{ health: 'none', restartCount: 0, createdAtMs: 0, configHash: 'h', networks: [] },
  ...more,
});

const planned = { replaces: ['a', 'b'] };

it('says which containers are new, and which are gone besides', () => {
  expect(changedByHand(planned, [container('b'), container('c')])).toEqual(['shop-api-c (c) is new', 'a is gone']);
  expect(changedByHand(planned, [container('c')])).toEqual(['shop-api-c (c) is new', 'a is gone', 'b is gone']);
  expect(
    changedByHand(
      planned,
      ['a', 'b', 'c'].map((id) => container(id)),
    ),
  ).toEqual(['shop-api-c (c) is new']);
});

it('says nothing where containers are merely gone, as after a removal that Docker ended, or a prune', () => {
  expect(changedByHand(planned, [])).toEqual([]);
  expect(changedByHand(planned, [container('b', { state: 'removing' })])).toEqual([]);
});

it('says nothing of the containers that the plan saw, whatever they are doing', () => {
  expect(changedByHand(planned, [container('b', { state: 'exited' }), container('a')])).toEqual([]);
});

it('says nothing of what a dead Compose has left, which the step clears', () => {
  expect(changedByHand(planned, [container('a'), container('b'), container('c', { leftoverOf: 'a' })])).toEqual([]);
  expect(changedByHand(planned, [container('b'), container('c', { leftoverOf: 'a' })])).toEqual([]);
});

it('says nothing where the plan saw none: a former self of the run may have made what is there', () => {
  expect(changedByHand({ replaces: [] }, [container('a')])).toEqual([]);
});
