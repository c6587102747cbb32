import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { seeWhatServes } from '../../../activities/see-what-serves.js';
import type { World } from '../../../activities/world.js';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';
import type { StackSpec } from '../../../src/spec/stack-spec.js';
import type { WhatServes } from '../../../src/spec/what-serves.js';
import { takeEpoch } from '../../../src/store/epoch.js';
import { writeFrozen } from '../../../src/store/frozen.js';
import { runFolder, stackFolder, type Layout } from '../../../src/store/layout.js';
import { writeJson } from '../../../src/store/private-file.js';
import type { Release } from '../../../src/store/releases.js';
import { noteRun } from '../../../src/store/run-folders.js';
import { noteSwap } from '../../../src/store/swaps.js';

const RUN = { workflowId: 'deploy', runId: 'run' };
const BEGAN = 1000;

let layout: Layout;
/** Ids of the images that are there. */
let images: string[];
let containers: ObservedContainer[];

/** Two releases of one service, the second of which served before; the run has replaced it, and nothing of it is left. */
beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-serves-'));
  layout = { home, lockDir: path.join(home, 'locks') };
  images = ['image-1', 'image-2'];
  containers = [];
  await noteRun(folder(), { ...RUN, type: 'deploy', stack: 'shop', host: 'here', beganAtMs: BEGAN });
  await takeEpoch(layout, 'shop', RUN, new Date());
  for (const id of ['1', '2']) await release(id);
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

const folder = (): string => runFolder(layout, 'shop', RUN.workflowId, RUN.runId);

async function release(id: string): Promise<void> {
  const place = path.join('releases', id);
  const frozen = path.join(place, 'frozen');
  const spec = { project: 'shop', services: {}, networks: {}, volumes: {}, policy: {} } as unknown as StackSpec;
  const content = { yaml: '', spec, directory: '/srv/shop', secrets: {}, secretValues: [] };
  await writeFrozen(path.join(stackFolder(layout, 'shop'), frozen), content);
  const container = { id: `container-${id}`, name: 'shop-api-1', number: 1, state: 'running' as const };
  const kept = { ...container, imageId: `image-${id}`, inspect: 'x', bound: [], copied: [], volumes: [] };
  const record: Partial<Release> = {
    ...{ id, kind: 'deployed', at: '2026-01-01T00:00:00Z', workflowId: 'w', runId: `r${id}` },
    services: {
      api: {
        ...{ state: 'running', scale: 1, imageRef: 'shop-api', imageId: `image-${id}`, configHash: `hash-${id}` },
        ...{ contentHashes: {}, method: 'compose', frozen, containers: [{ ...kept, inspect: `${frozen}/spec.json` }] },
      },
    },
  };
  await writeJson(path.join(stackFolder(layout, 'shop'), place, 'release.json'), record);
}

function containerOf(image: string, configHash: string, rest: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    ...{ id: 'x', name: 'shop-api-1', service: 'api', number: 1, imageId: image, imageRef: 'shop-api' },
    ...{ state: 'running', health: 'none', restartCount: 0, createdAtMs: BEGAN + 1, configHash, networks: [] },
    ...rest,
  };
}

async function look(): Promise<WhatServes> {
  const engine = {
    containers: async () => containers,
    imageId: async (id: string) => (images.includes(id) ? id : null),
    networks: async () => [],
    volumes: async (_: string, names: string[]) => names.map((name) => ({ name, driver: 'local', labels: true })),
  };
  const world = { layout, engine, host: 'here' } as unknown as World;
  const args = { stack: 'shop', epoch: 1, release: '2', back: [], touched: ['api'] };
  return new MockActivityEnvironment({ workflowExecution: RUN }).run(seeWhatServes(world), args);
}

it('goes back to what served before, all of which is kept', async () => {
  containers = [containerOf('image-3', 'hash-3')];
  expect(await look()).toMatchObject({
    services: [{ service: 'api', state: 'running', ofThisRun: true }],
    next: { command: 'evenkeel rollback 2 -p shop' },
  });
});

it('goes back further where its image is gone, and deploys where that one is gone too', async () => {
  images = ['image-1'];
  expect(await look()).toMatchObject({
    services: [{ service: 'api', state: 'absent' }],
    next: { command: 'evenkeel rollback 1 -p shop' },
  });
  images = [];
  expect((await look()).next.command).toBe('evenkeel deploy -p shop');
});

it('reckons with what is kept no more, and with what cannot be read', async () => {
  await rm(path.join(stackFolder(layout, 'shop'), 'releases', '2', 'frozen', 'secrets.json'));
  expect((await look()).next.command).toBe('evenkeel deploy -p shop');
});

it('starts what is there, and down', async () => {
  containers = [containerOf('image-2', 'hash-2', { state: 'exited', exitCode: 127 })];
  expect(await look()).toMatchObject({
    services: [{ release: '2', issue: 'exited with 127' }],
    next: { command: 'docker compose -p shop start api' },
  });
});

it('follows the newer run that has the turn', async () => {
  await takeEpoch(layout, 'shop', { workflowId: 'deploy/any/shop/2', runId: 'other' }, new Date());
  expect((await look()).next.command).toBe("evenkeel follow 'deploy/any/shop/2'");
});

it('puts the content of a volume back first that the run has left half replaced', async () => {
  const store = {
    ...{ id: 'postgres-db', type: 'postgres' as const, service: 'db', volume: 'shop_pg', target: '/data' },
    ...{ kept: 'shop_pg-before-1', imageId: 'sha256:1' },
  };
  await noteSwap(folder(), { store, services: ['db'], stage: 'filling' });
  const { command, means } = (await look()).next;
  expect(command).toMatch(/^docker run --rm .*source=shop_pg-before-1.* && touch '.*' && evenkeel rollback 2 -p shop$/);
  expect(means).toContain('puts the old content of shop_pg back');
});
