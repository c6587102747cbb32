import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hostActivities } from '../../activities/index.js';
import type { World } from '../../activities/world.js';
import type { Fault } from '../../src/worker/fault-points.js';
import { CreatedContainers } from '../support/created-containers.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { leaseIsFree, leftBehind, NOTHING, releasesOf } from '../support/left-behind.js';
import { endOf } from '../support/run-end.js';
import { STEPS_UNDER_FIRE, stepsUnderFire, type UnderFire } from '../support/steps-under-fire.js';
import { TestStack } from '../support/test-stack.js';

const POINTS = ['before', 'during', 'after'] as const;

/** A host of its own for each point, so that the three cells of a row pass their time-outs side by side. */
interface Range {
  world: DeploymentWorld;
  stack: TestStack;
  created: CreatedContainers;
  /** The version that serves. */
  version: number;
}

let ranges: Record<Fault['point'], Range>;

beforeAll(async () => {
  const made = await Promise.all(POINTS.map(async (point) => [point, await openRange()] as const));
  ranges = Object.fromEntries(made) as typeof ranges;
}, 120_000);
afterAll(async () => {
  await Promise.all(Object.values(ranges).map(closeRange));
}, 120_000);

describe('the kill matrix', () => {
  it('knows every step that a host can be asked for', () => {
    expect(Object.keys(STEPS_UNDER_FIRE).sort()).toEqual(Object.keys(hostActivities({} as World)).sort());
  });

  it.each(stepsUnderFire())(
    'the worker is killed before, during and after %s',
    async (activity, underFire) => {
      const cells = await Promise.allSettled(POINTS.map((point) => killAt(point, activity, underFire)));
      expect(cells.flatMap((cell) => (cell.status === 'rejected' ? [cell.reason as unknown] : []))).toEqual([]);
    },
    120_000,
  );
});

async function openRange(): Promise<Range> {
  const world = await DeploymentWorld.start();
  const stack = await TestStack.make(world, 'kill-matrix', { '.env': 'VERSION=1\n' });
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
  return { world, stack, created: CreatedContainers.watch(stack), version: 1 };
}

async function closeRange({ world, stack, created }: Range): Promise<void> {
  await created.stop();
  await stack.remove();
  await world.stop();
}

/** Deploys over the version that serves, and has the worker killed once at that point. */
async function killAt(
  point: Fault['point'],
  activity: string,
  { release, service, duringMs }: UnderFire,
): Promise<void> {
  const range = ranges[point];
  const { world, stack, created, version } = range;
  const known = (await releasesOf(stack)).length;
  await stack.write('.env', `VERSION=${version + 1}\n${release === 'bad' ? 'WEB_EXIT_CODE=3\n' : ''}`);
  await world.injectFaults([{ activity, service, point, afterMs: duringMs, action: 'kill' }]);

  const run = await stack.start();
  const ended = endOf(run);
  const unharmed = ended.then(({ type, message }) => {
    throw new Error(`${point}: nobody was killed, and the run ended ${type}: ${message}`);
  });
  await Promise.race([world.workerEnded(), unharmed]);
  await world.startWorker();
  const end = await ended;
  await leaseIsFree(stack);

  if (release === 'good') range.version += 1;
  const serving = range.version;
  const { runId } = await run.describe();
  const releases = await releasesOf(stack);
  expect({
    point,
    outcome: end.type,
    state: await stack.state(),
    answer: await stack.exec('web', 'wget', '-qO-', 'http://api:8080/version'),
    created: created.take(),
    newReleases: releases.slice(known).map((record) => record.runId === runId && record.kind),
    leftBehind: await leftBehind(stack),
  }).toEqual({
    point,
    outcome: release === 'good' ? 'succeeded' : 'rolled-back',
    state: { 'api-1': `running ${serving}`, 'web-1': `running ${serving}` },
    answer: `${serving}`,
    // Once forward, and once more on the way back: no effect takes place twice.
    created: release === 'good' ? { api: 1, web: 1 } : { api: 2, web: 2 },
    newReleases: release === 'good' ? ['deployed'] : [],
    leftBehind: NOTHING,
  });
}
