import { describe, expect, it } from '@jest/globals';
import type { Context } from '@temporalio/activity';
import type { ActivityExecuteInput } from '@temporalio/worker';
import { CountResults } from '../../../../src/worker/health/count-results.js';
import { RunCounts } from '../../../../src/worker/health/metrics.js';

/** One attempt at a step of a run. */
async function attempt(counts: RunCounts, activityType: string, runId: string, fails = false): Promise<void> {
  const info = { activityType, workflowType: 'deploy', workflowExecution: { workflowId: 'w', runId } };
  const result = { stack: 'shop', outcome: 'succeeded', startedAtMs: 1000, endedAtMs: 3000 };
  const act = async () => {
    if (fails) throw new Error('no room');
  };
  const input = { args: [{ result }] } as unknown as ActivityExecuteInput;
  await new CountResults({ info } as Context, counts).execute(input, act).catch(() => undefined);
}

const ofRuns = (counts: RunCounts): string[] => counts.lines().filter((line) => line.startsWith('evenkeel_run'));

describe('the runs that ended on a host', () => {
  it('are those whose result was written, each counted once however often that was', async () => {
    const counts = new RunCounts();
    await attempt(counts, 'recordRelease', 'run-1');
    await attempt(counts, 'writeResult', 'run-1', true);
    expect(ofRuns(counts)).toEqual([]);
    for (const runId of ['run-1', 'run-1', 'run-2']) await attempt(counts, 'writeResult', runId);
    const labels = '{stack="shop",runbook="deploy",outcome="succeeded"}';
    expect(ofRuns(counts)).toEqual([
      `evenkeel_runs_total${labels} 2`,
      `evenkeel_run_duration_seconds_sum${labels} 4`,
      `evenkeel_run_duration_seconds_count${labels} 2`,
    ]);
  });
});
