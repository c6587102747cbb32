import { hostQueue, WORKER_DEPLOYMENT, WORKFLOW_QUEUE } from '../names.js';
import type { Reach } from './connect.js';
import { packageVersion } from '../package-root.js';
import { readPresences } from '../presence/read-presences.js';
import { ClientError } from './errors.js';
import { refuseSkew } from './refuse-skew.js';
import { type BuildId, readRouting, type Untaken, untaken } from './worker-routing.js';

/** A process that asks a queue for work. */
export interface Poller {
  identity: string;
  /** Milliseconds since the epoch, by Temporal's clock. */
  lastSeenMs: number;
  /** As which version of the worker deployment it asks. */
  buildId?: BuildId;
}

/** A live poller asks anew at least once a minute; Temporal itself lists the dead for five. */
const POLLER_FRESH_MS = 75_000;

/** Numbers of Temporal's `TaskQueueType`. */
const WORKFLOWS = 1;
const ACTIVITIES = 2;
/** Number of Temporal's `WorkerVersioningMode`; workers of other modes may name a build, too. */
const VERSIONED = 2;

/** Who asks for workflows. One that died within the last minute may still be among them. */
export async function pollersOf(reach: Reach): Promise<Poller[]> {
  return freshPollers(reach, WORKFLOW_QUEUE, WORKFLOWS);
}

/** Who asks for work on a host; with the same reservation. */
export async function hostPollers(reach: Reach, host: string): Promise<Poller[]> {
  return freshPollers(reach, hostQueue(host), ACTIVITIES);
}

type Pollers = NonNullable<Awaited<ReturnType<Reach['client']['workflowService']['describeTaskQueue']>>['pollers']>;

async function freshPollers({ client, namespace }: Reach, queue: string, taskQueueType: number): Promise<Poller[]> {
  const taskQueue = { name: queue };
  const { pollers } = await client.workflowService.describeTaskQueue({ namespace, taskQueue, taskQueueType });
  return (pollers ?? [])
    .map(({ identity, lastAccessTime, deploymentOptions }) => ({
      identity: identity ?? '',
      lastSeenMs: Number(lastAccessTime?.seconds ?? 0) * 1000,
      buildId: buildOf(deploymentOptions),
    }))
    .filter(({ lastSeenMs }) => Date.now() - lastSeenMs < POLLER_FRESH_MS);
}

function buildOf(options: Pollers[number]['deploymentOptions']): BuildId {
  if (options?.workerVersioningMode !== VERSIONED || options.deploymentName !== WORKER_DEPLOYMENT) return undefined;
  return options.buildId || undefined;
}

/** Why runs wait although these ask for them; undefined where one of them gets runs, or nobody asks. The remedy is about who asked last. */
export async function whyUntaken(
  { client, address, namespace }: Reach,
  pollers: Poller[],
): Promise<Untaken | undefined> {
  if (pollers.length === 0) return undefined;
  const [last, ...others] = [...pollers].sort((a, b) => b.lastSeenMs - a.lastSeenMs).map(({ buildId }) => buildId);
  return untaken(await readRouting(client), [last, ...others], { address, namespace });
}

/**
 * For what starts a run: throws `NoWorker` when nothing polls the workflow queue, and `VersionSkew` when a worker is of
 * another version than this client.
 */
export async function requireWorker(reach: Reach): Promise<void> {
  const [presences] = await Promise.all([readPresences(reach.client), requireAnyWorker(reach)]);
  refuseSkew(packageVersion(), presences);
}

/** For what answers or stops one, which no version may stand in the way of: throws `NoWorker` when nobody would answer. */
export async function requireAnyWorker(reach: Reach): Promise<void> {
  const pollers = await pollersOf(reach);
  const wrong = await whyUntaken(reach, pollers);
  if (wrong) throw new ClientError('NoWorker', wrong.found, wrong.remedy);
  if (pollers.length > 0) return;
  throw new ClientError(
    'NoWorker',
    `Temporal answers at ${reach.address}, but no worker polls the queue "${WORKFLOW_QUEUE}" in namespace ${reach.namespace}`,
    'start one: evenkeel worker — or, for everything on this machine: evenkeel server',
  );
}
