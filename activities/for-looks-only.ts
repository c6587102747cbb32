import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { AnyWorkerActivities } from './activities.js';
import { FAILURE } from './failures.js';
import type { World } from './world.js';

/** The first step of every run that people start, for scheduled looks alone. Safe to repeat because `locateStack` is. */
export function forLooksOnly(
  { temporal }: Pick<World, 'temporal'>,
  locate: AnyWorkerActivities['locateStack'],
): AnyWorkerActivities['locateStack'] {
  return async (args) => {
    const { workflowType, namespace } = activityInfo();
    if (workflowType === 'healthCheck') return locate(args);
    throw ApplicationFailure.nonRetryable(
      `namespace ${namespace} is for scheduled looks alone; start ${workflowType} in namespace ${temporal.options.namespace}`,
      FAILURE.invalidInput,
    );
  };
}
