import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unendedRun } from '../../../activities/unended-run.js';
import type { World } from '../../../activities/world.js';
import type { ObservedStack } from '../../../src/plan/observed-stack.js';
import type { StackSpec } from '../../../src/spec/stack-spec.js';
import { writeCapture } from '../../../src/store/captures.js';
import { runFolder, stackFolder } from '../../../src/store/layout.js';
import { noteRun } from '../../../src/store/run-folders.js';

let world: World;
let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ek-unended-'));
  const describe = async () => ({ status: { name: 'TERMINATED' }, runId: 'run', raw: {} });
  world = {
    ...{ layout: { home, lockDir: home }, temporal: { workflow: { getHandle: () => ({ describe }) } } },
  } as unknown as World;
});
afterEach(() => rm(home, { recursive: true, force: true }));

const SPEC = { project: 'shop', services: { db: {}, api: {} } } as unknown as StackSpec;
const running = (service: string, id: string) => ({ id, service, number: 1, state: 'running' as const });

/** The services that a run of this type had begun which was terminated, by what it has left. */
async function begunBy(type: string, child: string, now: string[]): Promise<string[] | undefined> {
  const folder = runFolder(world.layout, 'shop', type, 'run');
  await noteRun(folder, { workflowId: type, runId: 'run', type, stack: 'shop', host: 'here', beganAtMs: 1 });
  await writeCapture(
    world.layout,
    'shop',
    path.join(path.relative(stackFolder(world.layout, 'shop'), folder), 'capture'),
    {
      ...{ epoch: 1, frozen: '', sick: [], tags: {}, networks: [], volumes: [] },
      containers: { db: [running('db', 'old')], api: [running('api', 'other')] },
    },
  );
  await mkdir(path.join(folder, 'children', child), { recursive: true });
  const observed = {
    ...{ networks: [], volumes: [] },
    containers: [...now.map((id) => running('db', id)), running('api', 'other')],
  } as unknown as ObservedStack;
  return (await unendedRun(world, 'shop', { observed, spec: SPEC, takesBack: false }))?.run.begun;
}

describe('a run that was terminated', () => {
  it.each([
    ['deploy', 'replace-db'],
    ['rollback', 'bring-back-db@2'],
    ['restore', 'start-db'],
    ['restore', 'restore-db'],
  ])('%s has begun what it had a Compose at work on: %s', async (type, child) => {
    expect(await begunBy(type, child, ['new'])).toEqual(['db']);
  });

  it('has begun nothing by a Compose that changes no service', async () => {
    expect(await begunBy('restore', 'build-db', ['old'])).toBeUndefined();
  });
});
