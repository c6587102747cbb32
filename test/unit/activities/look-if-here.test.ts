import { expect, it } from '@jest/globals';
import { lookIfHere } from '../../../activities/look-at-stack.js';
import type { World } from '../../../activities/world.js';

it('leaves the stack of another host to its own worker, without a look at anything', async () => {
  const look = lookIfHere({ host: 'here' } as World);
  expect(await look({ stack: 'shop', host: 'there' })).toBeUndefined();
});
