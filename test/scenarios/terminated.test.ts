import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { noteHeld } from '../../src/backup/held-containers.js';
import { backupsFolder } from '../../src/store/backups.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { isAlike } from '../support/is-alike.js';
import { leaseIsFree, leftBehind, NOTHING } from '../support/left-behind.js';
import { TestStack } from '../support/test-stack.js';
import { NO_TWIN, twinThingsOf } from '../support/twin-things.js';

let world: DeploymentWorld;
let stack: TestStack;

beforeAll(async () => {
  world = await DeploymentWorld.start();
}, 60_000);
afterEach(async () => {
  await world.injectFaults([]);
  await stack.remove();
}, 60_000);
afterAll(async () => world.stop(), 60_000);

describe('a worker that starts after a run was terminated', () => {
  it('takes its twin away, without any further run', async () => {
    await deployedOnce();
    const ids = await stack.ids();
    await world.injectFaults([{ activity: 'runOnTwin', point: 'during', afterMs: 200, action: 'kill' }]);
    const run = await stack.start();
    await world.workerEnded();
    expect(await twinThingsOf(stack.name)).not.toEqual(NO_TWIN);
    await run.terminate('by a test');

    await world.startWorker();
    await nothingIsLeft();
    expect(await stack.ids()).toEqual(ids);
  }, 180_000);

  it('lets what a killed copy had paused go on, and throws the unfinished backup away', async () => {
    await deployedOnce();
    await world.injectFaults([{ activity: 'dumpStore', point: 'after', action: 'kill' }]);
    const run = await stack.start();
    await world.workerEnded();
    await pauseAsForACopy();
    await run.terminate('by a test');

    await world.startWorker();
    await nothingIsLeft();
    expect(await stateOfWeb()).toBe('running');
  }, 180_000);
});

async function deployedOnce(): Promise<void> {
  stack = await TestStack.make(world, 'kill-matrix', { '.env': 'VERSION=1\n' });
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
  await stack.write('.env', 'VERSION=2\n');
}

/** Leaves things as a copy with `consistency: pause` does that is killed together with its worker. */
async function pauseAsForACopy(): Promise<void> {
  const backups = backupsFolder({ home: world.stateFolder, lockDir: '' }, stack.name);
  const [draft] = await readdir(backups);
  const web = (await stack.ids())['web-1']!;
  const held = { how: 'paused' as const, beside: `evenkeel-copies-${stack.name}`, containers: [web] };
  await noteHeld(path.join(backups, draft!), 'volume-state', async () => held);
  await stack.compose('pause', 'web');
  expect(await stateOfWeb()).toBe('paused');
}

async function stateOfWeb(): Promise<string | undefined> {
  return (await stack.inspect()).find(({ Name }) => Name.includes('-web-'))?.State.Status;
}

/** Nothing that a run had made, beside the release that serves. */
async function nothingIsLeft(): Promise<void> {
  await leaseIsFree(stack);
  await eventually('nothing is left', async () => isAlike(await leftBehind(stack), NOTHING)).catch(() => undefined);
  expect(await leftBehind(stack)).toEqual(NOTHING);
}
