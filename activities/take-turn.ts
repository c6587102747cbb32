import { ApplicationFailure, cancellationSignal } from '@temporalio/activity';
import { acquireHostLock, type HostLock } from '../src/docker/host-lock.js';
import { OneAtATime } from '../src/docker/one-at-a-time.js';
import { SharedHostLocks } from '../src/docker/shared-host-lock.js';
import { readEpoch } from '../src/store/epoch.js';
import type { Turn } from './activities.js';
import { FAILURE } from './failures.js';
import { isRunOpen } from './run-open.js';
import { ownProjectFolder, ownRun } from './run-place.js';
import { isTakenDown } from './twin-place.js';
import type { World } from './world.js';

/**
 * Lets a step act, alone on its stack. Getting the lock is the wait for a child that outlived its worker; then it must
 * still be this run's turn: no newer run has taken an epoch, and this run has not been closed (a terminated run's
 * activity goes on for seconds). Throws `StaleRun` otherwise, or `NotBegun`, with nothing done. An attempt that was given up
 * by then does nothing either.
 */
export async function withTurn<T>(world: World, turn: Turn, act: (lock: { fd: number }) => Promise<T>): Promise<T> {
  return withStackLock(world, turn.stack, async (lock) => {
    await refuseWhenOver(world, turn);
    cancellationSignal().throwIfAborted();
    return act(lock);
  });
}

const shared = new SharedHostLocks();
const ofOneService = new OneAtATime();

/**
 * As `withTurn`, beside other steps of the same run that change other services of the stack: together they hold the lock.
 * Two of one service, such as an attempt that was given up for lost and the next, follow each other.
 */
export async function withSharedTurn<T>(
  world: World,
  turn: Turn,
  service: string,
  act: (lock: { fd: number }) => Promise<T>,
): Promise<T> {
  return sharing(world, { turn, project: turn.stack, service }, act);
}

/**
 * As `withSharedTurn`, on the twin of the run, whose Compose project has a lock of its own: the stack goes on serving, and
 * may be changed, meanwhile. Throws `StaleRun` when the twin is being taken down, or has been.
 */
export async function withTwinTurn<T>(
  world: World,
  turn: Turn,
  { project, service }: { project: string; service: string },
  act: (lock: { fd: number }) => Promise<T>,
): Promise<T> {
  return sharing(world, { turn, project, service }, async (lock) => {
    if (await isTakenDown(ownProjectFolder(world, turn.stack, project))) {
      throw ApplicationFailure.nonRetryable(`${project} has been taken down; nothing was done`, FAILURE.staleRun);
    }
    return act(lock);
  });
}

interface Sharing {
  turn: Turn;
  /** Whose lock it is. */
  project: string;
  service: string;
}

async function sharing<T>(
  world: World,
  { turn, project, service }: Sharing,
  act: (lock: { fd: number }) => Promise<T>,
): Promise<T> {
  const engineId = await world.engine.id();
  const signal = cancellationSignal();
  const run = JSON.stringify([engineId, project, ownRun()]);
  return ofOneService.run(JSON.stringify([run, service]), signal, async () => {
    const acquire = (giveUp: AbortSignal): Promise<HostLock> =>
      acquireHostLock(world.layout.lockDir, engineId, project, { signal: giveUp });
    const lock = await shared.join(run, acquire, signal);
    try {
      await refuseWhenOver(world, turn);
      signal.throwIfAborted();
      return await act(lock);
    } finally {
      await lock.release();
    }
  });
}

/**
 * Holds the host lock of a project for as long as something is done; getting it is the wait for whoever has it. `signal` ends
 * the wait; without one the step's own does.
 */
export async function withStackLock<T>(
  world: World,
  stack: string,
  act: (lock: { fd: number }) => Promise<T>,
  signal = cancellationSignal(),
): Promise<T> {
  const engineId = await world.engine.id();
  const lock = await acquireHostLock(world.layout.lockDir, engineId, stack, { signal });
  try {
    return await act(lock);
  } finally {
    await lock.release();
  }
}

/** Throws `StaleRun` when the run that asks has been closed. */
export async function refuseWhenClosed(world: World): Promise<void> {
  const { workflowId, runId } = ownRun();
  if (await isRunOpen(world.temporal, workflowId, runId)) return;
  throw ApplicationFailure.nonRetryable(`${workflowId} is closed; nothing was done`, FAILURE.staleRun);
}

/**
 * Throws `NotBegun` where the turn is that of a former self: the run was reset to a point after it had begun, and does not
 * know what that one did later. A run that only looks (epoch 0) has no turn.
 */
export async function refuseWhenNotBegun({ layout }: World, { stack, epoch }: Turn): Promise<void> {
  const current = await readEpoch(layout, stack);
  if (epoch === 0 || current?.epoch !== epoch || current.runId === ownRun().runId) return;
  throw ApplicationFailure.nonRetryable(
    'the run was reset to a point in its middle, and cannot go on from there: reset it to its beginning ' +
      '(FirstWorkflowTask), or deploy again',
    FAILURE.notBegun,
  );
}

async function refuseWhenOver(world: World, turn: Turn): Promise<void> {
  const current = await readEpoch(world.layout, turn.stack);
  if (current?.epoch !== turn.epoch) {
    throw ApplicationFailure.nonRetryable(
      `${current ? `${current.workflowId} has` : 'another run has'} taken over ${turn.stack}; nothing was done`,
      FAILURE.staleRun,
    );
  }
  await refuseWhenNotBegun(world, turn);
  await refuseWhenClosed(world);
}
