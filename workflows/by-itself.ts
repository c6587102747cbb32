import { workflowInfo } from '@temporalio/workflow';
import { probationId } from '../src/names.js';
import type { DeploymentRun } from './deployment-run.js';

/** Temporal's own, on every run that a schedule has started. */
const SCHEDULED_BY = 'TemporalScheduledById';

/** Whether it is the way back from a release that turned out to be sick. */
export function isByProbation({ hostName, input: { stack } }: DeploymentRun): boolean {
  return workflowInfo().parent?.workflowId === probationId(hostName, stack);
}

/** Whether a schedule has started it, one of ours or another. */
export function isBySchedule(): boolean {
  return SCHEDULED_BY in workflowInfo().searchAttributes;
}
