import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { withSharedTurn, withTurn } from '../../../activities/take-turn.js';
import type { World } from '../../../activities/world.js';
import { takeEpoch } from '../../../src/store/epoch.js';

const run = { workflowId: 'deploy', runId: 'run' };
let folder: string;
let world: World;
let onDescribe: () => void;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-turn-'));
  onDescribe = () => undefined;
  const describe = async () => {
    onDescribe();
    return { status: { name: 'RUNNING' }, runId: 'run', raw: {} };
  };
  world = {
    layout: { home: path.join(folder, 'state'), lockDir: path.join(folder, 'locks') },
    engine: { id: async () => 'engine' },
    temporal: { workflow: { getHandle: () => ({ describe }) } },
  } as unknown as World;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function attempt(runId = 'run'): MockActivityEnvironment {
  const workflowExecution = { ...run, runId };
  return new MockActivityEnvironment({ workflowExecution }, { logger: new DefaultLogger('ERROR') });
}

describe('the turn of a step', () => {
  it.each([
    ['alone', (act: () => Promise<string>, epoch: number) => withTurn(world, { stack: 'shop', epoch }, act)],
    [
      'beside others',
      (act: () => Promise<string>, epoch: number) => withSharedTurn(world, { stack: 'shop', epoch }, 'web', act),
    ],
  ])('%s: is not taken any more by an attempt that is given up while it asks', async (_, take) => {
    const { epoch } = await takeEpoch(world.layout, 'shop', run, new Date());
    let acted = false;
    const act = async (): Promise<string> => {
      acted = true;
      return 'done';
    };
    const given = attempt();
    onDescribe = () => given.cancel();
    await expect(given.run(() => take(act, epoch))).rejects.toThrow('CANCELLED');
    expect(acted).toBe(false);
  });

  it('is not that of a run that was reset after it had begun, whatever its number', async () => {
    const { epoch } = await takeEpoch(world.layout, 'shop', run, new Date());
    const act = async () => 'done';
    const later = attempt('run-of-the-reset').run(() => withTurn(world, { stack: 'shop', epoch }, act));
    await expect(later).rejects.toMatchObject({ type: 'NotBegun' });
    expect(await attempt().run(() => withTurn(world, { stack: 'shop', epoch }, act))).toBe('done');
  });
});
