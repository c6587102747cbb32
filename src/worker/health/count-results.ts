import type { Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import type { DeployResult } from '../../spec/deploy-result.js';
import type { RunCounts } from './metrics.js';

/** Counts the runs whose result has been written on this host. */
export class CountResults implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    private readonly counts: RunCounts,
  ) {}

  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
    const answer = await next(input);
    const { activityType, workflowType, workflowExecution } = this.context.info;
    if (activityType === 'writeResult') {
      const { stack, outcome, startedAtMs, endedAtMs } = (input.args[0] as { result: DeployResult }).result;
      const durationMs = endedAtMs - startedAtMs;
      const runId = workflowExecution?.runId ?? '';
      this.counts.add({ runId, stack, runbook: workflowType ?? '', outcome, durationMs });
    }
    return answer;
  }
}
