import {
  ActivityFailure,
  CancellationScope,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  TimeoutFailure,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { HostActivities } from '../activities/activities.js';
import { hostQueue } from '../src/names.js';
import type { HostFacts } from '../src/spec/presence.js';
import { arrivedSignal } from './messages.js';

/** A host whose worker has been away for so long is forgotten; its next worker makes it known again. */
const FORGOTTEN_AFTER = '7d';
const PAUSE_AFTER_FAILURE = '30s';
/** A change takes about eight events. */
const EVENTS_A_RUN = 2000;

/**
 * A host that is known: its memo holds what the host says of itself, and whether its worker is at work shows in the one
 * step that it is always at. Nothing is added to the history while nothing changes. It ends when it is cancelled, or
 * when the host has been away for a week.
 */
export async function presence(said: HostFacts): Promise<HostFacts> {
  const { watchHost } = watchOn(said.host);
  let facts = said;
  let watching: CancellationScope | undefined;
  setHandler(
    arrivedSignal,
    (now) => {
      facts = now;
      watching?.cancel();
    },
    { description: 'A worker of this host has started' },
  );
  for (;;) {
    upsertMemo({ facts });
    setCurrentDetails(detailsOf(facts));
    if (workflowInfo().historyLength > EVENTS_A_RUN) await continueAsNew<typeof presence>(facts);
    watching = new CancellationScope();
    try {
      facts = await watching.run(() => watchHost({ known: facts }));
    } catch (error) {
      // Cancelled from outside is the end; cancelled by an arrival is a new watch, which the new worker takes at once.
      if (isCancellation(error) && CancellationScope.current().consideredCancelled) throw error;
      if (isGone(error)) return facts;
      if (!isCancellation(error)) await sleep(PAUSE_AFTER_FAILURE, { summary: 'the host could not be looked at' });
    }
  }
}

/** An attempt is given up when its worker has missed its heartbeats, and then waits for the next worker. */
function watchOn(host: string): Pick<HostActivities, 'watchHost'> {
  return proxyActivities<Pick<HostActivities, 'watchHost'>>({
    taskQueue: hostQueue(host),
    heartbeatTimeout: '20s',
    startToCloseTimeout: '30d',
    scheduleToStartTimeout: FORGOTTEN_AFTER,
    cancellationType: 'TRY_CANCEL',
    retry: { initialInterval: '1s', backoffCoefficient: 1 },
    summary: `what host ${host} has`,
  });
}

function isGone(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof TimeoutFailure &&
    error.cause.timeoutType === 'SCHEDULE_TO_START'
  );
}

function detailsOf({ host, version, stacks, running }: HostFacts): string {
  return [
    `Host **${host}**, evenkeel ${version}`,
    ...stacks.map(({ stack, directory }) => `- ${stack}: \`${directory}\``),
    ...running.map((project) => `- ${project}: runs there, not registered`),
  ].join('\n');
}
