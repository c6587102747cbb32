import { setTimeout as sleep } from 'node:timers/promises';
import { isAway } from '../client/away.js';
import type { DeploymentEnd } from '../client/deployment-end.js';
import type { Deployments } from '../client/deployments.js';
import { ClientError } from '../client/errors.js';
import type { Question } from '../spec/question.js';
import type { RunView } from './render/run-view.js';

/** Why following stopped. Where it was left, the run goes on, or waits for an answer to what it `asks`. */
export type Followed = { kind: 'ended'; end: DeploymentEnd } | Left;
type Left = { kind: 'interrupted' | 'timed-out'; asks?: Question };

export interface FollowOptions {
  /** Aborts when the person wants to leave. */
  signal: AbortSignal;
  /** How long to follow at most. */
  waitTimeoutMs?: number;
  /** How long Temporal may be away before following gives up; default one minute. */
  patienceMs?: number;
}

const LOOK_EVERY_MS = 300;
/** For nobody to see: only an outage that is over has to be noticed. */
const LOOK_SELDOM_MS = 5000;
const ANSWER_WITHIN_MS = 3000;

/**
 * Shows a run until it ends. A worker or a Temporal that goes away for a while is waited for. Throws `Unreachable` when
 * Temporal stays away, and `NoSuchRun`.
 */
export async function followRun(
  deployments: Pick<Deployments, 'progress' | 'end'>,
  workflowId: string,
  view: RunView,
  { signal, waitTimeoutMs, patienceMs = 60_000 }: FollowOptions,
): Promise<Followed> {
  const stopped = new AbortController();
  let awaySince: number | undefined;
  const last: { asks?: Question | undefined } = {};

  /** One look. That nobody answers is told; anything else that is wrong shows in how the run ends. */
  const look = async (): Promise<void> => {
    try {
      const progress = await deployments.progress(workflowId, ANSWER_WITHIN_MS);
      last.asks = progress.asks;
      view.show(progress);
      view.note(undefined);
      awaySince = undefined;
    } catch (error) {
      if (isAway(error)) view.note('nobody answers; the run goes on as soon as a worker is there');
    }
  };

  const endThroughOutages = async (): Promise<Followed> => {
    for (;;) {
      try {
        return { kind: 'ended', end: await deployments.end(workflowId) };
      } catch (error) {
        if (!isAway(error) || stopped.signal.aborted) throw error;
        awaySince ??= performance.now();
        if (performance.now() - awaySince > patienceMs) throw stillAway(workflowId, error);
        await sleep(LOOK_EVERY_MS);
      }
    }
  };

  const ended = endThroughOutages();
  // Nobody waits for it once the person has left.
  ended.catch(() => undefined);
  const pauseMs = view.silent ? LOOK_SELDOM_MS : LOOK_EVERY_MS;
  const over = Promise.race([leaving(signal, waitTimeoutMs, stopped.signal), ended]);
  try {
    for (;;) {
      const looking = look();
      const followed = await Promise.race([over, looking.then(() => sleep(pauseMs, undefined))]);
      if (!followed) continue;
      if (followed.kind === 'ended' && !view.silent) await looking.then(look);
      return followed.kind === 'ended' || !last.asks ? followed : { ...followed, asks: last.asks };
    }
  } finally {
    stopped.abort();
    view.done();
  }
}

function stillAway(workflowId: string, cause: unknown): ClientError {
  return new ClientError(
    'Unreachable',
    'Temporal does not answer any more; the run stands where it was, and goes on when Temporal is back',
    `start it: evenkeel server — then follow the run: evenkeel follow '${workflowId}'`,
    { cause },
  );
}

function leaving(signal: AbortSignal, waitTimeoutMs: number | undefined, stopped: AbortSignal): Promise<Followed> {
  return new Promise((leave) => {
    const interrupt = (): void => leave({ kind: 'interrupted' });
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt, { once: true, signal: stopped });
    if (waitTimeoutMs === undefined) return;
    const timer = setTimeout(() => leave({ kind: 'timed-out' }), waitTimeoutMs);
    stopped.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
