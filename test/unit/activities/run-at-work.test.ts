import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runAtWork } from '../../../activities/run-at-work.js';
import type { World } from '../../../activities/world.js';
import { forgetAside, writeAside } from '../../../src/store/aside.js';
import { takeEpoch } from '../../../src/store/epoch.js';
import { runFolder } from '../../../src/store/layout.js';

const run = { workflowId: 'deploy', runId: 'run' };
let folder: string;
let status: string;
let closeTime: Date | undefined;
let world: World;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-at-work-'));
  status = 'RUNNING';
  closeTime = undefined;
  const describe = async () => ({ status: { name: status }, runId: 'run', raw: {}, closeTime });
  world = {
    layout: { home: path.join(folder, 'state'), lockDir: path.join(folder, 'locks') },
    temporal: { workflow: { getHandle: () => ({ describe }) } },
  } as unknown as World;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the run at work on a stack', () => {
  it('is the one whose turn it is, while it is open', async () => {
    expect(await runAtWork(world, 'shop')).toBeUndefined();
    await takeEpoch(world.layout, 'shop', run, new Date());
    expect(await runAtWork(world, 'shop')).toBe('deploy');
    status = 'COMPLETED';
    expect(await runAtWork(world, 'shop')).toBeUndefined();
  });

  it('is one that has closed since, where somebody has looked at the stack meanwhile', async () => {
    await takeEpoch(world.layout, 'shop', run, new Date());
    expect(await runAtWork(world, 'shop', 2000)).toBe('deploy');
    status = 'COMPLETED';
    closeTime = new Date(2500);
    expect(await runAtWork(world, 'shop', 2000)).toBe('deploy');
    expect(await runAtWork(world, 'shop', 3000)).toBeUndefined();
  });

  it('is none while that one stands aside', async () => {
    await takeEpoch(world.layout, 'shop', run, new Date());
    const own = runFolder(world.layout, 'shop', run.workflowId, run.runId);
    await writeAside(own, { ...run, round: 1, images: [] });
    expect(await runAtWork(world, 'shop')).toBeUndefined();
    await forgetAside(own);
    expect(await runAtWork(world, 'shop')).toBe('deploy');
  });
});
