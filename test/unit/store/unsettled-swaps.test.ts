import { describe, expect, it } from '@jest/globals';
import type { RestorableStore } from '../../../src/spec/restore.js';
import type { Swap } from '../../../src/store/swaps.js';
import { type SwapRun, unsettledOf } from '../../../src/store/unsettled-swaps.js';

function swap(id: string, stage: Swap['stage'] = 'filling'): Swap {
  const where = { volume: `shop_${id}`, target: '/data', kept: `shop_${id}-before-1`, imageId: 'sha256:1' };
  const store: RestorableStore = { id, type: 'volume', service: 'db', ...where };
  return { store, services: ['db'], stage };
}

let clock = 0;
function run(workflowId: string, swaps: Swap[], more: Partial<SwapRun> = {}): SwapRun {
  return { workflowId, runId: `run-${++clock}`, beganAtMs: clock, swaps, settled: [], ...more };
}

const volumes = (runs: SwapRun[]): string[] => unsettledOf(runs).map(({ swap: { store } }) => store.volume);

describe('a volume that a run had begun to replace', () => {
  it('is unsettled where the run was ended from outside, or could not put it back', () => {
    expect(volumes([run('a', [swap('one'), swap('two', 'keeping')])])).toEqual(['shop_one']);
    const failed = run('a', [swap('one'), swap('two', 'back')], { outcome: 'rollback-failed' });
    expect(volumes([failed])).toEqual(['shop_one']);
  });

  it('is settled where the run succeeded, or has put it back', () => {
    expect(volumes([run('a', [swap('one')], { outcome: 'succeeded' })])).toEqual([]);
    expect(volumes([run('a', [swap('one', 'back')], { outcome: 'rolled-back' })])).toEqual([]);
  });

  it('is what the last run of a chain has made of it', () => {
    const former = run('a', [swap('one'), swap('two')]);
    expect(volumes([former, run('a', [swap('one', 'back'), swap('two', 'back')], { outcome: 'rolled-back' })])).toEqual(
      [],
    );
    expect(volumes([former, run('a', [swap('one'), swap('two')])])).toEqual(['shop_one', 'shop_two']);
  });

  it('is settled by a later run that replaced it, and not by one that turned back', () => {
    const former = run('a', [swap('one'), swap('two')]);
    expect(volumes([former, run('b', [swap('one')], { outcome: 'succeeded' })])).toEqual(['shop_two']);
    expect(volumes([former, run('b', [swap('one', 'back')], { outcome: 'rolled-back' })])).toEqual([
      'shop_one',
      'shop_two',
    ]);
    const earlier = run('c', [swap('one')], { outcome: 'succeeded', beganAtMs: 0 });
    expect(volumes([earlier, former])).toEqual(['shop_one', 'shop_two']);
  });

  it('is settled by a person', () => {
    expect(volumes([run('a', [swap('one'), swap('two')], { settled: ['one'] })])).toEqual(['shop_two']);
  });
});
