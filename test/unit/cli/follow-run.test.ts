import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '@temporalio/client';
import { followRun } from '../../../src/cli/follow-run.js';
import type { RunView } from '../../../src/cli/render/run-view.js';
import type { DeploymentEnd } from '../../../src/client/deployment-end.js';
import { ClientError } from '../../../src/client/errors.js';
import type { Progress } from '../../../src/spec/progress.js';
import { grpcFailure } from '../../support/grpc-failure.js';

const progress: Progress = { stack: 'shop', phase: 'build', lines: [], warnings: [] };
const cancelled: DeploymentEnd = { kind: 'cancelled', message: 'cancelled' };
const forever = new AbortController().signal;

function kept(): RunView & { told: string[] } {
  const told: string[] = [];
  return {
    told,
    show: ({ phase }) => void told.push(phase),
    note: (text) => void (text !== undefined && told.push(text)),
    done: () => void told.push('done'),
  };
}

/** What a call that does not reach Temporal throws. */
function away(): Error {
  const cause = grpcFailure(14, 'no connection');
  return new ServiceError('away', { cause });
}

describe('following a run', () => {
  it('shows the last state once the run has ended', async () => {
    const view = kept();
    const deployments = { progress: async () => progress, end: async () => cancelled };
    await expect(followRun(deployments, 'id', view, { signal: forever })).resolves.toEqual({
      kind: 'ended',
      end: cancelled,
    });
    expect(view.told.slice(-2)).toEqual(['build', 'done']);
  });

  it('leaves a run that goes on when it is interrupted', async () => {
    const deployments = { progress: async () => progress, end: () => new Promise<never>(() => undefined) };
    await expect(followRun(deployments, 'id', kept(), { signal: AbortSignal.abort() })).resolves.toEqual({
      kind: 'interrupted',
    });
  });

  it('leaves a run that goes on when the time to wait is over', async () => {
    const deployments = { progress: async () => progress, end: () => new Promise<never>(() => undefined) };
    const followed = followRun(deployments, 'id', kept(), { signal: forever, waitTimeoutMs: 1 });
    await expect(followed).resolves.toEqual({ kind: 'timed-out' });
  });

  it('knows what a run asks that is left', async () => {
    const asks = { run: 'id', what: 'restore api', why: 'busy', look: 'docker ps', answers: [], sinceMs: 1 };
    const leaving = new AbortController();
    const deployments = {
      progress: async () => ({ ...progress, asks }),
      end: () => new Promise<never>(() => undefined),
    };
    const view = { ...kept(), show: () => leaving.abort() };
    await expect(followRun(deployments, 'id', view, { signal: leaving.signal })).resolves.toEqual({
      kind: 'interrupted',
      asks,
    });
  });

  it('waits for a Temporal that comes back, and says so', async () => {
    const view = kept();
    let asked = 0;
    const fails = async <T>(then: T): Promise<T> => {
      if ((asked += 1) <= 2) throw away();
      return then;
    };
    const followed = followRun({ progress: () => fails(progress), end: () => fails(cancelled) }, 'id', view, {
      signal: forever,
    });
    await expect(followed).resolves.toMatchObject({ kind: 'ended' });
    expect(view.told[0]).toMatch(/^nobody answers/);
  });

  it('gives up when Temporal stays away', async () => {
    const never = async (): Promise<never> => {
      throw away();
    };
    const followed = followRun({ progress: never, end: never }, 'id', kept(), { signal: forever, patienceMs: 0 });
    await expect(followed).rejects.toThrow(ClientError);
  });
});
