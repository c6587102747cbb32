import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unsettledSwaps } from '../../../activities/unsettled.js';
import type { World } from '../../../activities/world.js';
import { runFolder, type Layout } from '../../../src/store/layout.js';
import { noteRun } from '../../../src/store/run-folders.js';
import { noteSwap } from '../../../src/store/swaps.js';

let layout: Layout;
beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-unsettled-'));
  layout = { home, lockDir: path.join(home, 'locks') };
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

/** A run that has filled a volume, and of which nothing here says how it ended. */
async function restored(runId: string, beganAtMs: number, volume = 'shop_pg'): Promise<void> {
  const folder = runFolder(layout, 'shop', runId, runId);
  await noteRun(folder, { workflowId: runId, runId, type: 'restore', stack: 'shop', host: 'here', beganAtMs });
  const store = { id: 'pg', type: 'volume' as const, service: 'db', volume, target: '/data' };
  await noteSwap(folder, {
    ...{ store: { ...store, kept: `${volume}-before-${runId}`, imageId: 'sha256:1' }, services: ['db'] },
    stage: 'filling',
  });
}

/** The runs that have left something, by what Temporal says of each of them. */
async function left(said: Record<string, string>): Promise<string[]> {
  const getHandle = (_: string, runId: string) => ({
    describe: async () => {
      const name = said[runId];
      if (name === undefined) throw new WorkflowNotFoundError('not there', runId, undefined);
      return { status: { name }, runId, raw: {} };
    },
  });
  const world = { layout, temporal: { workflow: { getHandle } } } as unknown as World;
  return (await unsettledSwaps(world, 'shop', '')).map(({ runId }) => runId);
}

describe('a run that could not write down how it ended', () => {
  it('has settled its volumes where Temporal says that it succeeded, also once Temporal has forgotten it', async () => {
    await restored('one', 1);
    expect(await left({ one: 'COMPLETED' })).toEqual([]);
    expect(await left({})).toEqual([]);
  });

  it.each(['TERMINATED', 'FAILED', 'CANCELED', 'RUNNING', 'TIMED_OUT'])('has not, where that is %s', async (status) => {
    await restored('one', 1);
    expect(await left({ one: status })).toEqual(['one']);
  });

  it('has not, where nobody knows', async () => {
    await restored('one', 1);
    expect(await left({})).toEqual(['one']);
  });

  it('has settled what an earlier one left of the same volume', async () => {
    await restored('one', 1);
    await restored('two', 2);
    expect(await left({ one: 'TERMINATED', two: 'COMPLETED' })).toEqual([]);
    expect(await left({})).toEqual([]);
  });
});
