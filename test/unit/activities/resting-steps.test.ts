import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { restingSteps } from '../../../activities/resting-steps.js';
import { ownCapturePlace } from '../../../activities/run-place.js';
import type { World } from '../../../activities/world.js';
import type { Step } from '../../../src/plan/plan.js';
import type { StackSpec } from '../../../src/spec/stack-spec.js';
import { type CaptureRecord, writeCapture } from '../../../src/store/captures.js';

let world: World;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-resting-'));
  const containers = async () => [
    { id: 'strange', service: 'db', number: 1, state: 'running', imageId: 'sha256:1' },
    { id: 'half', service: 'db', number: 2, state: 'created', imageId: 'sha256:1', leftoverOf: 'strange' },
  ];
  world = { layout: { home: folder, lockDir: folder }, engine: { containers } } as unknown as World;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const SPEC = {
  project: 'shop',
  services: { db: { name: 'db', image: 'postgres:17', restart: 'always', ports: [], dependsOn: [], health: {} } },
} as unknown as StackSpec;
const CAPTURED: CaptureRecord = {
  ...{ epoch: 1, frozen: '', sick: [], tags: {}, networks: [], volumes: [] },
  containers: { db: [{ id: 'old', number: 1, state: 'running' }] },
};

/** The step of `db`, where the run has captured that. */
async function stepOfDb(captured?: CaptureRecord): Promise<Step> {
  const environment = new MockActivityEnvironment(
    { workflowExecution: { workflowId: 'restore', runId: 'run' } },
    { logger: new DefaultLogger('ERROR') },
  );
  const choosing = async (): Promise<Step[][]> => {
    if (captured) await writeCapture(world.layout, 'shop', ownCapturePlace(world, 'shop'), captured);
    return restingSteps(world, 'shop', SPEC, { waves: [['db']], stores: [], left: new Set() });
  };
  const waves = (await environment.run(choosing)) as Step[][];
  return waves[0]![0]!;
}

describe('a service that rests while its data is restored', () => {
  it('has the containers that the run has captured: what somebody makes since is no part of them', async () => {
    expect(await stepOfDb(CAPTURED)).toMatchObject({ service: 'db', replaces: ['old'], scale: 1 });
  });

  it('has none where there was none', async () => {
    expect(await stepOfDb({ ...CAPTURED, containers: {} })).toMatchObject({ replaces: [] });
  });

  it('has those that are there where a former self of the run had made some', async () => {
    expect(await stepOfDb({ ...CAPTURED, begun: ['db'] })).toMatchObject({ replaces: ['strange'] });
  });
});
