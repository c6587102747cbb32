import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { presenceId } from '../names.js';
import type { HostFacts, HostLook } from '../spec/presence.js';

/** A host as Temporal knows it. */
export interface HostPresence extends HostFacts {
  /** Whether its worker is at work. One that was killed counts as alive until its heartbeats have been missed. */
  alive: boolean;
  /** Milliseconds since the epoch, by Temporal's clock: its last heartbeat. */
  lastSeenMs?: number;
  /** How its stacks were then. */
  look?: HostLook;
}

/** Numbers of Temporal's `PendingActivityState`: a worker is at it, and it is to be given up. */
const STARTED = 2;
const CANCEL_REQUESTED = 3;

/** Every host that has a presence, by name, whether its worker is at work or not. */
export async function readPresences(client: Client): Promise<HostPresence[]> {
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({
    query: 'WorkflowType = "presence" AND ExecutionStatus = "Running"',
  })) {
    ids.push(workflowId);
  }
  const presences = await Promise.all([...new Set(ids)].sort().map((id) => describedPresence(client, id)));
  return presences.filter((presence) => presence !== undefined);
}

/** One host; undefined when no such host is known, or not any more. Unlike the list, this is never behind. */
export async function readPresence(client: Client, host: string): Promise<HostPresence | undefined> {
  return describedPresence(client, presenceId(host));
}

async function describedPresence(client: Client, workflowId: string): Promise<HostPresence | undefined> {
  try {
    const description = await client.workflow.getHandle(workflowId).describe();
    const facts = description.memo?.['facts'] as HostFacts | undefined;
    if (!facts || description.status.name !== 'RUNNING') return undefined;
    return { ...facts, ...(await watchOf(client, description)) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/**
 * What the step that the host's worker is always at tells of it. A worker that comes back begins it anew, and for some
 * seconds the one before it is still to be given up: that one tells nothing any more.
 */
async function watchOf(
  client: Client,
  { raw }: WorkflowExecutionDescription,
): Promise<Pick<HostPresence, 'alive' | 'lastSeenMs' | 'look'>> {
  const watch = raw.pendingActivities?.find(
    (one) => one.activityType?.name === 'watchHost' && one.state !== CANCEL_REQUESTED,
  );
  const { seconds } = watch?.lastHeartbeatTime ?? {};
  const look = await decoded<HostLook>(client, watch?.heartbeatDetails?.payloads?.[0]);
  return {
    alive: watch?.state === STARTED,
    ...(seconds === undefined || seconds === null ? {} : { lastSeenMs: Number(seconds) * 1000 }),
    ...(look === undefined ? {} : { look }),
  };
}

async function decoded<T>({ options }: Client, payload: Payload | undefined): Promise<T | undefined> {
  if (!payload) return undefined;
  const { payloadConverter, payloadCodecs } = options.loadedDataConverter;
  let payloads = [payload];
  for (const codec of [...payloadCodecs].reverse()) payloads = await codec.decode(payloads);
  return payloadConverter.fromPayload<T>(payloads[0]!);
}

type Payload = Parameters<Client['options']['loadedDataConverter']['payloadConverter']['fromPayload']>[0];
