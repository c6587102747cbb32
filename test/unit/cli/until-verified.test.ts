import { describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, RetryState } from '@temporalio/common';
import type { Reach } from '../../../src/client/connect.js';
import { untilVerified } from '../../../src/cli/until-verified.js';
import type { Outcome } from '../../../src/spec/outcome.js';
import type { ProbationResult } from '../../../src/spec/probation.js';
import { testCli } from '../../support/cli-surroundings.js';

const RUN = { workflowId: 'deploy/any/shop/1', runId: 'first' };
const WATCH = 'probation/here/shop';
const BACK = 'rollback/here/shop/1';

function failed(type: string, details: object): WorkflowFailedError {
  const cause = ApplicationFailure.create({ type, message: type, details: [details], nonRetryable: true });
  return new WorkflowFailedError('failed', cause, RetryState.NON_RETRYABLE_FAILURE);
}

/** What Temporal knows: results by workflow id, and by run id where it is asked for one. */
function temporal(own: Partial<ProbationResult>, back?: Outcome): Reach {
  const common = { stack: 'shop', host: 'here', reason: 'why' };
  const result: ProbationResult = { ...common, release: '4', verified: 'verified', ...own };
  const newer: ProbationResult = { ...common, release: '5', verified: 'verified' };
  const started = (workflowId: string, runId: string) => ({
    childWorkflowExecutionStartedEventAttributes: { workflowExecution: { workflowId, runId } },
  });
  const resultOf = (id: string, runId?: string): object => {
    if (id === RUN.workflowId) return { outcome: 'succeeded', probation: { workflowId: WATCH, forMs: 1000 } };
    if (id === BACK) return back === 'succeeded' ? { outcome: back } : failed(back!, { outcome: back });
    if (runId !== 'watch-4') return newer;
    return result.verified === 'sick' ? failed('sick', result) : result;
  };
  const getHandle = (id: string, runId?: string) => ({
    fetchHistory: async () => ({ events: [started('lease', 'l'), started(WATCH, 'watch-4')] }),
    result: async () => {
      const found = resultOf(id, runId);
      if (found instanceof Error) throw found;
      return found;
    },
    describe: async () => ({ status: { name: 'FAILED' }, runId: 'any' }),
  });
  return { client: { workflow: { getHandle } } } as unknown as Reach;
}

async function waited(own: Partial<ProbationResult>, back?: Outcome) {
  const cli = testCli();
  const exitCode = await untilVerified(cli, temporal(own, back), RUN);
  return { exitCode, said: cli.err.text };
}

describe('deploy --until verified', () => {
  it('goes by the probation of its own release, though a newer one has the same id', async () => {
    expect(await waited({ verified: 'unknown', reason: 'a newer release serves' })).toEqual({
      exitCode: 6,
      said: expect.stringContaining('release 4: unknown: a newer release serves') as unknown as string,
    });
    expect((await waited({})).exitCode).toBe(0);
  });

  it.each([
    ['is taken back', 1, { rollback: BACK }, 'succeeded', 'what served before serves again'],
    ['cannot be taken back whole', 3, { rollback: BACK }, 'rollback-failed', 'it was not taken back'],
    ['is left, as its rollback is refused', 1, { rollback: BACK }, 'rejected', 'it was not taken back'],
    ['is left, as the stack is held', 1, { held: 'held by ann' }, undefined, 'since the stack is held by ann'],
    ['is left, as there is nothing else', 1, {}, undefined, 'since nothing served before'],
  ] as const)('where it is sick and %s ends with %i', async (_, exitCode, own, back, words) => {
    expect(await waited({ verified: 'sick', ...own }, back)).toEqual({
      exitCode,
      said: expect.stringContaining(words) as unknown as string,
    });
  });
});
