import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { World } from '../../../activities/world.js';
import type { DeployResult } from '../../../src/spec/deploy-result.js';

const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
jest.unstable_mockModule('../../../src/store/run-folders.js', () => ({ noteResult: async () => Promise.reject(full) }));
const { writeResult } = await import('../../../activities/write-result.js');
const { mayPass } = await import('../../../src/worker/may-pass.js');
const { runFolder } = await import('../../../src/store/layout.js');
const { noteSwap } = await import('../../../src/store/swaps.js');

const RUN = { workflowId: 'restore', runId: 'run' };
let home: string;
beforeEach(async () => (home = await mkdtemp(path.join(os.tmpdir(), 'ek-result-'))));
afterEach(() => rm(home, { recursive: true, force: true }));

/** Whether it is worth trying again. */
async function isTriedAgain(): Promise<boolean> {
  const world = { layout: { home, lockDir: home } } as unknown as World;
  const result = { outcome: 'succeeded' } as DeployResult;
  const written = new MockActivityEnvironment({ workflowExecution: RUN }, { logger: new DefaultLogger('ERROR') }).run(
    writeResult(world),
    {
      ...{ stack: 'shop', epoch: 1, result },
    },
  );
  return written.then(() => Promise.reject(new Error('it was written')), mayPass);
}

describe('a disk that is too full for the result of a run', () => {
  it('is waited for where the run has replaced data', async () => {
    const where = { volume: 'shop_pg', target: '/data', kept: 'shop_pg-before-1', imageId: 'sha256:1' };
    const store = { id: 'pg', type: 'volume' as const, service: 'db', ...where };
    await noteSwap(runFolder({ home, lockDir: home }, 'shop', RUN.workflowId, RUN.runId), {
      ...{ store, services: ['db'], stage: 'filling' },
    });
    expect(await isTriedAgain()).toBe(true);
  });

  it('ends the step of any other run, whose lease others may wait for', async () => {
    expect(await isTriedAgain()).toBe(false);
  });
});
