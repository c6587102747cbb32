import type { DeployResult } from '../spec/deploy-result.js';
import { defined } from './fields.js';
import type { RunAccount } from './run-account.js';

/** Who a run is, as its folder says. */
type RunOnRecord = Pick<RunAccount, 'workflowId' | 'runId' | 'type' | 'stack'> & { host: string; beganAtMs: number };

/**
 * What its folder alone says of a run that has not been put on record yet, while nobody can ask Temporal. One that has not
 * written its result is open, as far as anybody can tell.
 */
export function accountSoFar(run: RunOnRecord, result: DeployResult | undefined): RunAccount {
  if (result) return accountWithoutHistory(run, result);
  const { workflowId, runId, type, stack, host, beganAtMs: startedAtMs } = run;
  return { workflowId, runId, type, stack, host, status: 'open', startedAtMs, steps: [], messages: [] };
}

/** What is left to say of a closed run whose history Temporal no longer has: who it was, and what it wrote down itself. */
export function accountWithoutHistory(run: RunOnRecord, result: DeployResult | undefined): RunAccount {
  const { workflowId, runId, type, stack, host, beganAtMs } = run;
  const common = { workflowId, runId, type, stack, host, steps: [], messages: [] };
  if (!result) {
    const message = 'it was ended from outside, and its history was gone before it could be kept';
    return { ...common, status: 'terminated', ending: 'terminated', message, startedAtMs: beganAtMs };
  }
  const { outcome, performer, reason, failure, startedAtMs, endedAtMs } = result;
  const status = outcome === 'succeeded' ? 'completed' : outcome === 'aborted' ? 'canceled' : 'failed';
  return {
    ...{ ...common, status, ending: outcome, startedAtMs, endedAtMs, result },
    ...defined({ by: performer, reason, message: failure?.message }),
  };
}
