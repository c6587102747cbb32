import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import { expect, it } from '@jest/globals';
import { sealClosedRuns } from '../../../activities/seal-closed-runs.js';
import type { World } from '../../../activities/world.js';
import { readChain } from '../../../src/store/evidence-chain.js';
import { runFolder } from '../../../src/store/layout.js';
import { noteRun } from '../../../src/store/run-folders.js';

it('seals the other runs where one cannot be sealed, and says so', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-seal-'));
  const layout = { home, lockDir: path.join(home, 'locks') };
  const unknown = (): never => {
    throw new WorkflowNotFoundError('not there', 'deploy', undefined);
  };
  const getHandle = (_: string, runId: string) => ({
    describe: async () => (runId === 'first' ? { status: { name: 'COMPLETED' }, runId, raw: {} } : unknown()),
    fetchHistory: async () => (runId === 'first' ? Promise.reject(new Error('its history cannot be read')) : unknown()),
  });
  const world = { layout, engine: { id: async () => 'e' }, temporal: { workflow: { getHandle } } };
  try {
    for (const [beganAtMs, runId] of ['first', 'second'].entries()) {
      const identity = { workflowId: 'deploy', runId, type: 'deploy', stack: 'shop', host: 'here', beganAtMs };
      await noteRun(runFolder(layout, 'shop', 'deploy', runId), identity);
    }
    await expect(sealClosedRuns(world as unknown as World, 'shop')).rejects.toThrow('its history cannot be read');
    expect((await readChain(layout, 'shop')).map(({ run }) => run)).toEqual(['runs/deploy/second']);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
