import { describe, expect, it } from '@jest/globals';
import { restingWaves } from '../../../src/plan/resting-waves.js';
import { after, service, stack } from './stack.js';

const shop = (strategy: 'waves' | 'all-at-once') =>
  stack(
    [
      service('db'),
      service('api', { dependsOn: [after('db', 'healthy')] }),
      service('web', { dependsOn: [after('api')] }),
      service('metrics', { joins: ['db'] }),
      service('cache'),
    ],
    { policy: { start: { strategy, staggerMs: 0 } } },
  );

describe('the services that rest while data is replaced', () => {
  it.each(['waves', 'all-at-once'] as const)(
    'are its holders and all that need them, in order, with %s',
    (strategy) => {
      expect(restingWaves(shop(strategy), ['db'])).toEqual([['db'], ['api', 'metrics'], ['web']]);
    },
  );

  it('are no others', () => {
    expect(restingWaves(shop('waves'), ['cache'])).toEqual([['cache']]);
  });
});
