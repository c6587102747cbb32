import { activityInfo, ApplicationFailure, cancellationSignal } from '@temporalio/activity';
import { acquireHostLock } from '../src/docker/host-lock.js';
import { takeEpoch } from '../src/store/epoch.js';
import { privateFolder, runFolder } from '../src/store/layout.js';
import type { HostActivities } from './activities.js';
import { FAILURE } from './failures.js';
import { knownStack } from './known-stack.js';
import { isRunOpen } from './run-open.js';
import type { World } from './world.js';

/** Safe to repeat because a run that has taken its epoch is given the same one. */
export function beginRun(world: World): HostActivities['beginRun'] {
  return async ({ stack, dryRun }) => {
    await knownStack(world, stack);
    const { workflowId, runId } = activityInfo().workflowExecution!;
    const folder = await privateFolder(runFolder(world.layout, stack, workflowId, runId));
    if (dryRun) return { epoch: 0, runFolder: folder };

    const { id: engineId } = await world.engine.info();
    const lock = await acquireHostLock(world.layout.lockDir, engineId, stack, { signal: cancellationSignal() });
    try {
      if (!(await isRunOpen(world.temporal, workflowId, runId))) {
        throw ApplicationFailure.nonRetryable(`${workflowId} is closed; nothing was done`, FAILURE.staleRun);
      }
      const { epoch } = await takeEpoch(world.layout, stack, { workflowId, runId }, new Date());
      return { epoch, runFolder: folder };
    } finally {
      await lock.release();
    }
  };
}
