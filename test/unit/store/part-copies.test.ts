import { describe, expect, it } from '@jest/globals';
import type { RestorableStore } from '../../../src/spec/restore.js';
import { partCopiesOf } from '../../../src/store/part-copies.js';
import type { Swap } from '../../../src/store/swaps.js';
import type { SwapRun } from '../../../src/store/unsettled-swaps.js';

function swap(kept: string, stage: Swap['stage']): Swap {
  const store: RestorableStore = {
    ...{ id: 'volume-one', type: 'volume', service: 'db', volume: 'shop_one', target: '/data' },
    ...{ kept, imageId: 'sha256:1' },
  };
  return { store, services: ['db'], stage };
}

let clock = 0;
function run(workflowId: string, ...swaps: Swap[]): SwapRun {
  return { workflowId, runId: `run-${++clock}`, beganAtMs: clock, swaps, settled: [] };
}

const volumes = (...runs: SwapRun[]): string[] => partCopiesOf(runs).map(({ store }) => store.kept);

describe('a volume that old content is copied into', () => {
  it('may hold part of it until the run has noted that it is whole', () => {
    expect(volumes(run('a', swap('one', 'keeping'), swap('two', 'filling'), swap('three', 'back')))).toEqual(['one']);
  });

  it('is of all the runs of a chain that have noted it, and whole where one of them found it so', () => {
    const [former, next] = [run('a', swap('one', 'keeping')), run('a', swap('one', 'keeping'))];
    expect(partCopiesOf([former, next]).map(({ runs }) => runs.map(({ runId }) => runId))).toEqual([
      [former.runId, next.runId],
    ]);
    expect(volumes(former, run('a', swap('one', 'filling')))).toEqual([]);
    expect(volumes(run('a', swap('one', 'filling')), former)).toEqual([]);
  });

  it('is another one for another run', () => {
    expect(volumes(run('a', swap('one', 'keeping')), run('b', swap('two', 'filling')))).toEqual(['one']);
  });
});
