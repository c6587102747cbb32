import { activityInfo, ApplicationFailure, cancellationSignal } from '@temporalio/activity';
import { acquireHostLock } from '../src/docker/host-lock.js';
import { readEpoch } from '../src/store/epoch.js';
import type { Turn } from './activities.js';
import { FAILURE } from './failures.js';
import { isRunOpen } from './run-open.js';
import type { World } from './world.js';

/**
 * Lets a step act, alone on its stack. Getting the lock is the wait for a child that outlived its worker; then it must
 * still be this run's turn: no newer run has taken an epoch, and this run has not been closed (a terminated run's
 * activity goes on for seconds). Throws `StaleRun` otherwise, with nothing done.
 */
export async function withTurn<T>(world: World, turn: Turn, act: (lock: { fd: number }) => Promise<T>): Promise<T> {
  const { id: engineId } = await world.engine.info();
  const lock = await acquireHostLock(world.layout.lockDir, engineId, turn.stack, { signal: cancellationSignal() });
  try {
    await refuseWhenOver(world, turn);
    return await act(lock);
  } finally {
    await lock.release();
  }
}

async function refuseWhenOver(world: World, turn: Turn): Promise<void> {
  const current = await readEpoch(world.layout, turn.stack);
  if (current?.epoch !== turn.epoch) {
    throw ApplicationFailure.nonRetryable(
      `${current ? `${current.workflowId} has` : 'another run has'} taken over ${turn.stack}; nothing was done`,
      FAILURE.staleRun,
    );
  }
  const { workflowId, runId } = activityInfo().workflowExecution!;
  if (!(await isRunOpen(world.temporal, workflowId, runId))) {
    throw ApplicationFailure.nonRetryable(`${workflowId} is closed; nothing was done`, FAILURE.staleRun);
  }
}
