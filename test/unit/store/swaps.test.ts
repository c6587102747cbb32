import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RestorableStore } from '../../../src/spec/restore.js';
import { inheritSwaps, noteSwap, readSwap, type Swap, swapsOf } from '../../../src/store/swaps.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'evenkeel-swaps-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (name: string): string => path.join(folder, name);

function swap(id: string, stage: Swap['stage']): Swap {
  const where = { volume: `shop_${id}`, target: '/data', kept: `shop_${id}-before-1`, imageId: 'sha256:1' };
  const store: RestorableStore = { id, type: 'volume', service: 'db', ...where };
  return { store, services: ['db', 'api'], stage };
}

describe('what a run notes of the volumes that it replaces', () => {
  it('is what was noted last, store by store', async () => {
    await noteSwap(run('1'), swap('volume-b', 'keeping'));
    await noteSwap(run('1'), swap('volume-a/1', 'keeping'));
    await noteSwap(run('1'), swap('volume-b', 'filling'));
    expect(await swapsOf(run('1'))).toEqual([swap('volume-a/1', 'keeping'), swap('volume-b', 'filling')]);
    expect(await readSwap(run('1'), 'volume-b')).toEqual(swap('volume-b', 'filling'));
  });

  it('is nothing where it replaced none', async () => {
    expect(await swapsOf(run('1'))).toEqual([]);
    expect(await readSwap(run('1'), 'volume-b')).toBeUndefined();
  });

  it('is taken over by the run that it is reset to, and by the next of them', async () => {
    await noteSwap(run('1'), swap('volume-a', 'filling'));
    expect(await inheritSwaps(run('1'), run('2'))).toEqual([swap('volume-a', 'filling')]);
    await noteSwap(run('2'), swap('volume-b', 'keeping'));
    expect(await inheritSwaps(run('2'), run('3'))).toEqual([swap('volume-a', 'filling'), swap('volume-b', 'keeping')]);
    expect(await swapsOf(run('1'))).toHaveLength(1);
  });

  it('is nothing to take over where there is none', async () => {
    expect(await inheritSwaps(run('1'), run('2'))).toEqual([]);
  });
});
