import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hostActivities } from '../../activities/index.js';
import type { World } from '../../activities/world.js';
import type { Fault } from '../../src/worker/fault-points.js';
import { listBackups } from '../../src/store/backups.js';
import { CreatedContainers } from '../support/created-containers.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { leaseIsFree, leftBehind, NOTHING, releasesOf } from '../support/left-behind.js';
import { endOf, type RunEnd } from '../support/run-end.js';
import { comesTo } from '../support/run-lines.js';
import { STEPS_UNDER_FIRE, stepsBeforehand, stepsUnderFire, type UnderFire } from '../support/steps-under-fire.js';
import { TestStack } from '../support/test-stack.js';

const UNPROVEN = { skip: ['backup' as const, 'rehearsal' as const], reason: 'it has rows of its own' };
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

  it.each(stepsBeforehand().map((steps) => [steps.map(([activity]) => activity).join(', '), steps] as const))(
    'the worker is killed during %s, which prove a release',
    async (_, steps) => {
      const cells = await Promise.allSettled(
        steps.map(async ([activity, underFire], index) => {
          const range = ranges[POINTS[index]!];
          const known = (await backupsOf(range)).length;
          await killAt('during', activity, underFire, range);
          // Whatever was killed has made one backup, all of which has been restored.
          expect([activity, (await backupsOf(range)).slice(known)]).toEqual([activity, [{ 'volume-state': true }]]);
        }),
      );
      expect(cells.flatMap((cell) => (cell.status === 'rejected' ? [cell.reason as unknown] : []))).toEqual([]);
    },
    180_000,
  );

  it('the worker is killed while an aborted deployment discards its backup', async () => {
    const range = ranges.during;
    const { world, stack, created } = range;
    const [ids, backups] = [await stack.ids(), await backupsOf(range)];
    await stack.write('.env', `VERSION=${range.version + 1}\n`);
    // The dump is whole, and never comes to its end.
    await world.injectFaults([
      { activity: 'dumpStore', point: 'after', action: 'fail', times: 1000 },
      { activity: 'discardBackup', point: 'during', afterMs: 5, action: 'kill' },
    ]);
    const run = await stack.start();
    await comesTo(run, 'back up volume-state');
    // It is answered by the worker, which may be killed before it has.
    const abort = world.evenkeel(['abort', run.workflowId, '--reason', 'by a test', '-y']);
    expect(await afterKill(world, endOf(run))).toMatchObject({
      type: 'aborted',
      result: { touched: [], leftovers: [] },
    });
    expect(await abort).toMatchObject({ exitCode: 0 });

    await leaseIsFree(stack);
    expect(await stack.ids()).toEqual(ids);
    expect(created.take()).toEqual({});
    expect(await backupsOf(range)).toEqual(backups);
    expect(await leftBehind(stack)).toEqual(NOTHING);
  }, 120_000);
});

/** What each backup that counts has proven, the newest last. */
async function backupsOf({ world, stack }: Range): Promise<Record<string, boolean>[]> {
  const backups = await listBackups({ home: world.stateFolder, lockDir: '' }, stack.name);
  return backups
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ proofs }) => Object.fromEntries(proofs.map(({ store, proven }) => [store, proven])));
}

async function openRange(): Promise<Range> {
  const world = await DeploymentWorld.start();
  const stack = await TestStack.make(world, 'kill-matrix', { '.env': 'VERSION=1\n' });
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
  await stack.exec('web', 'sh', '-c', 'echo row >/state/kept');
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
  range = ranges[point],
): Promise<void> {
  const { world, stack, created, version } = range;
  const known = (await releasesOf(stack)).length;
  await stack.write('.env', `VERSION=${version + 1}\n${release === 'bad' ? 'WEB_EXIT_CODE=3\n' : ''}`);
  await world.injectFaults([{ activity, service, point, afterMs: duringMs, action: 'kill' }]);

  const run = await stack.start(release === 'rehearsed' ? {} : UNPROVEN);
  const end = await afterKill(world, endOf(run));
  await leaseIsFree(stack);

  const isGood = release !== 'bad';
  if (isGood) range.version += 1;
  const serving = range.version;
  const { runId } = await run.describe();
  const releases = await releasesOf(stack);
  expect({
    activity,
    point,
    outcome: end.type,
    state: await stack.state(),
    answer: await stack.exec('web', 'wget', '-qO-', 'http://api:8080/version'),
    created: created.take(),
    newReleases: releases.slice(known).map((record) => record.runId === runId && record.kind),
    leftBehind: await leftBehind(stack),
  }).toEqual({
    activity,
    point,
    outcome: isGood ? 'succeeded' : 'rolled-back',
    state: { 'api-1': `running ${serving}`, 'web-1': `running ${serving}` },
    answer: `${serving}`,
    // Once forward, and once more on the way back: no effect takes place twice.
    created: isGood ? { api: 1, web: 1 } : { api: 2, web: 2 },
    newReleases: isGood ? ['deployed'] : [],
    leftBehind: NOTHING,
  });
}

/** Waits for the worker to be killed, starts another, and waits for the end of the run. */
async function afterKill(world: DeploymentWorld, ended: Promise<RunEnd>): Promise<RunEnd> {
  const unharmed = ended.then(({ type, message }) => {
    throw new Error(`nobody was killed, and the run ended ${type}: ${message}`);
  });
  await Promise.race([world.workerEnded(), unharmed]);
  await world.startWorker();
  return ended;
}
