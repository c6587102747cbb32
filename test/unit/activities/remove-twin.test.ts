import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from '@jest/globals';
import { removeTwin } from '../../../activities/remove-twin.js';
import type { World } from '../../../activities/world.js';
import { EngineRefused } from '../../../src/docker/engine.js';
import type { Leftover } from '../../../src/spec/deploy-result.js';

describe('what Docker refuses to remove of a twin', () => {
  it('is named as what it is of the twin, which keeps the network by whose label it is found again', async () => {
    const lockDir = await mkdtemp(path.join(os.tmpdir(), 'ek-test-remove-twin-'));
    const refuse = () => Promise.reject(new EngineRefused(409, 'in use'));
    const removed: string[] = [];
    const belongings = {
      containers: [{ id: 'c', name: 'web', volumes: [] }],
      networks: [{ id: 'n', name: 'net' }],
      volumes: ['v'],
    };
    const engine = {
      projectsLabelled: () => Promise.resolve(['shop-twin-1']),
      belongings: () => Promise.resolve(belongings),
      id: () => Promise.resolve('engine'),
      ...{ removeWithVolumes: refuse, removeVolume: refuse },
      removeNetwork: async (id: string) => void removed.push(id),
    };
    const world = { engine, layout: { lockDir } } as unknown as World;
    try {
      const environment = new MockActivityEnvironment();
      const left: Leftover[] = await environment.run<[], Leftover[], () => Promise<Leftover[]>>(() =>
        removeTwin(world, 'shop', 'shop-twin-1'),
      );
      expect(left.map(({ what }) => what)).toEqual(['twin container web', 'twin volume v', 'twin network net']);
      expect(removed).toEqual([]);
    } finally {
      await rm(lockDir, { recursive: true, force: true });
    }
  });
});
