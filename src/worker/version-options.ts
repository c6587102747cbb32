import type { WorkerOptions } from '@temporalio/worker';
import type { BuildId } from '../client/worker-routing.js';
import { WORKER_DEPLOYMENT } from '../names.js';

/**
 * What makes a worker of runs a version of the worker deployment; nothing without a build id. Runs go over to whichever build is
 * current: one that was pinned to its build would wait for ever once the only worker of its host has been replaced, and that any
 * build goes on with what an earlier one began is what the stored histories hold.
 */
export function versionOptions(buildId: BuildId): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (buildId === undefined) return {};
  return {
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName: WORKER_DEPLOYMENT, buildId },
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  };
}
