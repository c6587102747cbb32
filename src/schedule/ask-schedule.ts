import { type Client, isGrpcServiceError } from '@temporalio/client';
import { notThere } from '../not-there.js';

const DEADLINE_EXCEEDED = 4;
const ALREADY_EXISTS = 6;
/**
 * For what a schedule is, Temporal has to ask the schedule's own workflow. That takes milliseconds, or five seconds where the question went
 * to somebody who is at work on it no more; now and then it is lost, and then Temporal itself would wait for half a minute.
 */
const ANSWER_MS = 10_000;
const ATTEMPTS = 3;

/** What Temporal says of a schedule; undefined where the namespace, the client's own unless told, has none of this id. */
export function askSchedule(client: Client, scheduleId: string, namespace = client.options.namespace) {
  return unless(isMissing, client, () => client.workflowService.describeSchedule({ namespace, scheduleId }));
}

/** Afterwards the client's namespace has no schedule of this id. */
export async function dropSchedule(client: Client, scheduleId: string): Promise<void> {
  const { namespace } = client.options;
  await unless(isMissing, client, () => client.workflowService.deleteSchedule({ namespace, scheduleId }));
}

/** What Temporal answers; undefined where it fails with this. */
export async function unless<T>(
  isExpected: (error: unknown) => boolean,
  client: Client,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await askedAnew(client, ask);
  } catch (error) {
    if (isExpected(error)) return undefined;
    throw error;
  }
}

/** Does what may well be done twice; anew where there is no answer. */
export async function askedAnew<T>(client: Client, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.withDeadline(Date.now() + ANSWER_MS, ask);
    } catch (error) {
      if (attempt === ATTEMPTS || callOf(error)?.code !== DEADLINE_EXCEEDED) throw error;
    }
  }
}

/** There is no such schedule. That there is no such namespace is another matter. */
function isMissing(error: unknown): boolean {
  const call = callOf(error);
  return call !== undefined && notThere(call) === 'asked';
}

/** There is such a schedule already. */
export function isThere(error: unknown): boolean {
  return callOf(error)?.code === ALREADY_EXISTS;
}

/** The call that failed, whether or not the client has put it into an error of its own. */
function callOf(error: unknown): { code: number; details: string } | undefined {
  const call = isGrpcServiceError(error) ? error : (error as Error).cause;
  return isGrpcServiceError(call) ? { code: Number(call.code), details: call.details } : undefined;
}
