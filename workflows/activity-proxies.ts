import {
  ActivityCancellationType,
  proxyActivities,
  proxyLocalActivities,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { AnyWorkerActivities, HostActivities } from '../activities/activities.js';
import { FAILURE } from '../activities/failures.js';
import { hostQueue } from '../src/names.js';
import { summarised } from './summaries.js';

/**
 * Cancelling waits for the step to end, because a rollback must not race with what it takes back. Weather is tried again
 * a bounded number of times; the failure types say that no retry changes them. What is bounded is attempts, never the
 * time that passes: a host or a Temporal that is away for a day is waited for, since an absent worker attempts nothing.
 */
const step: ActivityOptions = {
  heartbeatTimeout: '4s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: {
    initialInterval: '200ms',
    backoffCoefficient: 2,
    maximumInterval: '5s',
    // About half an hour of weather.
    maximumAttempts: 360,
    nonRetryableErrorTypes: Object.values(FAILURE),
  },
};

function steps<A>(options: ActivityOptions) {
  return summarised<A>(proxyActivities<A>(options));
}

/** Steps that any worker may do. */
export const anyWorker = steps<AnyWorkerActivities>({
  ...step,
  startToCloseTimeout: '30s',
});

/**
 * A step that the worker takes which has the run in hand, without asking Temporal for it first. It sends no heartbeats: the run is given
 * to another worker once its own is not heard of for ten seconds.
 */
export const inHand = proxyLocalActivities<Pick<AnyWorkerActivities, 'lookIfHere'>>({
  startToCloseTimeout: '2m',
  cancellationType: step.cancellationType,
  retry: { ...step.retry, maximumAttempts: 4 },
});

/** Waiting for another run to end takes as long as it takes. */
export const queueing = steps<Pick<AnyWorkerActivities, 'awaitLease'>>({
  ...step,
  startToCloseTimeout: '7d',
});

/**
 * The steps on one host, by how long they may take. Only the first contact minds how long the host takes to answer: a
 * host that goes away in the middle is waited for, since nothing else can finish or take back what was begun there. That
 * goes for a run that was reset, too.
 */
export function hostActivities(host: string) {
  const onHost = { ...step, taskQueue: hostQueue(host) };
  return {
    first: steps<Pick<HostActivities, 'beginRun'>>({
      ...onHost,
      startToCloseTimeout: '5m',
      scheduleToStartTimeout: '30s',
    }),
    again: steps<Pick<HostActivities, 'beginRun'>>({ ...onHost, startToCloseTimeout: '5m' }),
    quick: steps<HostActivities>({ ...onHost, startToCloseTimeout: '2m' }),
    // Nothing is stopped yet, so a registry that does not answer is given up sooner: after about three minutes.
    making: steps<Pick<HostActivities, 'buildImages' | 'pullImage'>>({
      ...onHost,
      startToCloseTimeout: '24h',
      retry: { ...step.retry, maximumAttempts: 40 },
    }),
    // A large store takes its time, to be measured too; it is the heartbeats that tell a dead worker.
    long: steps<
      Pick<HostActivities, 'selectStores' | 'deriveTwin' | 'dumpStore' | 'raiseStore' | 'chooseRestore' | 'countWrites'>
    >({
      ...onHost,
      startToCloseTimeout: '24h',
      retry: { ...step.retry, maximumAttempts: 40 },
    }),
    // The run it waits for closes in a moment, unless no worker is there to let it.
    archiving: steps<Pick<HostActivities, 'archiveRun'>>({ ...onHost, startToCloseTimeout: '10m' }),
    // The run has come to its end: it waits for a worker that has died, and not long for an engine that is away.
    tidying: steps<Pick<HostActivities, 'collectReleases'>>({
      ...onHost,
      startToCloseTimeout: '30m',
      retry: { ...step.retry, maximumAttempts: 12 },
    }),
    changing: steps<HostActivities>({ ...onHost, startToCloseTimeout: '30m' }),
    // A look that has to wait says nothing of now: a host that is down, or an engine that is away, ends it soon.
    looking: steps<Pick<HostActivities, 'checkStack' | 'lookAtStack'>>({
      ...onHost,
      startToCloseTimeout: '2m',
      scheduleToStartTimeout: '30s',
      retry: { ...step.retry, maximumAttempts: 4 },
    }),
    // The run has failed, and says so without it too: neither a host nor an engine that is away keeps it for long.
    seeing: steps<Pick<HostActivities, 'seeWhatServes'>>({
      ...onHost,
      startToCloseTimeout: '20s',
      scheduleToStartTimeout: '30s',
      retry: { ...step.retry, maximumAttempts: 4 },
    }),
    // Somebody waits for the answer. Its effect may be there although it failed.
    holding: steps<Pick<HostActivities, 'holdStack'>>({
      ...onHost,
      startToCloseTimeout: '30s',
      scheduleToStartTimeout: '30s',
    }),
    watching: (forMs: number) =>
      steps<Pick<HostActivities, 'watchRelease'>>({ ...onHost, startToCloseTimeout: forMs + 3_600_000 }),
    judging: (timeoutMs: number) =>
      steps<Pick<HostActivities, 'awaitHealth' | 'watchStability' | 'judgeServices'>>({
        ...onHost,
        startToCloseTimeout: timeoutMs + 120_000,
      }),
  };
}
