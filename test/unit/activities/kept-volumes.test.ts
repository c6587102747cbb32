import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beginRun } from '../../../activities/begin-run.js';
import { sweepClosedRun } from '../../../activities/sweep-closed-run.js';
import type { World } from '../../../activities/world.js';
import { EngineRefused } from '../../../src/docker/engine.js';
import { takeEpoch } from '../../../src/store/epoch.js';
import { runFolder, type Layout } from '../../../src/store/layout.js';
import { writeJson } from '../../../src/store/private-file.js';
import { noteRun } from '../../../src/store/run-folders.js';
import { noteSwap, type Swap } from '../../../src/store/swaps.js';

let layout: Layout;
/** Names of volumes that are there, with our label or, as a Docker that stops leaves them, without any. */
let volumes: string[];
/** Names of containers that were ended. */
let ended: string[];
/** What Temporal says of the earlier run. */
let status: string;

beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-kept-'));
  layout = { home, lockDir: path.join(home, 'locks') };
  volumes = ['shop_pg-before-1', 'shop_state-before-1', 'shop_pg-before-0'];
  ended = [];
  status = 'TERMINATED';
  await writeJson(path.join(home, 'registry', 'shop.json'), { name: 'shop', directory: '/srv/shop' });
  await earlier('restore', { pg: 'keeping', state: 'filling' });
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

/** A run that has the newest turn. */
async function earlier(workflowId: string, stages: Record<string, Swap['stage']>, runId = 'one'): Promise<void> {
  const folder = runFolder(layout, 'shop', workflowId, runId);
  await noteRun(folder, { workflowId, runId, type: 'restore', stack: 'shop', host: 'here', beganAtMs: 1 });
  await takeEpoch(layout, 'shop', { workflowId, runId }, new Date());
  for (const [name, stage] of Object.entries(stages)) {
    const where = { volume: `shop_${name}`, target: '/data', kept: `shop_${name}-before-1`, imageId: 'sha256:1' };
    const store = { id: `volume-${name}`, type: 'volume' as const, service: 'db', ...where };
    await noteSwap(folder, { store, services: ['db'], stage });
  }
}

function world(removeVolume = async (name: string) => void (volumes = volumes.filter((one) => one !== name))): World {
  const engine = {
    id: async () => 'engine',
    projectsLabelled: async () => [],
    volumesLabelled: async () => [],
    volumes: async (_project: string, names: string[]) =>
      volumes.filter((name) => names.includes(name)).map((name) => ({ name })),
    removeWithVolumes: async (name: string) => void ended.push(name),
    removeVolume,
  };
  const getHandle = (workflowId: string, runId: string) => ({
    describe: async () => ({ status: { name: workflowId === 'deploy' ? 'RUNNING' : status }, runId, raw: {} }),
  });
  return { layout, engine, host: 'here', temporal: { workflow: { getHandle } } } as unknown as World;
}

const sweep = (where = world()): Promise<void> => sweepClosedRun(where, 'shop', AbortSignal.timeout(5000));
const begin = (workflowId: string): Promise<unknown> =>
  new MockActivityEnvironment({ workflowExecution: { workflowId, runId: 'two' }, workflowType: 'deploy' }).run(
    beginRun(world()),
    { stack: 'shop', dryRun: false },
  );

const WITHOUT_THE_PART = ['shop_state-before-1', 'shop_pg-before-0'];

describe('part of a copy that a closed run has left', () => {
  it('goes when the worker starts, with what copies, and what is whole stays', async () => {
    await sweep();
    expect(volumes).toEqual(WITHOUT_THE_PART);
    expect(new Set(ended)).toEqual(new Set(['evenkeel-swaps-shop-volume-pg']));
    ended = [];
    await sweep();
    expect(ended).toEqual([]);
  });

  it('goes when the next run begins', async () => {
    await begin('deploy');
    expect(volumes).toEqual(WITHOUT_THE_PART);
    expect(ended).toContain('evenkeel-swaps-shop-volume-pg');
  });

  it('stays while its run is open, and is for the next run of its chain', async () => {
    status = 'RUNNING';
    await sweep();
    await begin('restore');
    expect([volumes.length, ended]).toEqual([3, []]);
  });

  it('stays where a former self of the run has noted that it is whole', async () => {
    await earlier('restore', { pg: 'filling' }, 'two');
    await sweep();
    expect([volumes.length, ended]).toEqual([3, []]);
  });

  it('stays while a container has it', async () => {
    const refusing = sweep(world(() => Promise.reject(new EngineRefused(409, 'volume is in use'))));
    await expect(refusing).resolves.toBeUndefined();
  });
});
