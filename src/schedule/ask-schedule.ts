import { type Client, isGrpcServiceError } from '@temporalio/client';

const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
/**
 * For what a schedule is, Temporal has to ask the schedule's own workflow. That takes milliseconds, or five seconds where the question went
 * to somebody who is at work on it no more; now and then it is lost, and then Temporal itself would wait for half a minute.
 */
const ANSWER_MS = 10_000;
const ATTEMPTS = 3;

/** What Temporal says of a schedule; undefined where the namespace, the client's own unless told, has none of this id. */
export async function askSchedule(client: Client, scheduleId: string, namespace = client.options.namespace) {
  try {
    return await askedAnew(client, () => client.workflowService.describeSchedule({ namespace, scheduleId }));
  } catch (error) {
    if (codeOf(error) === NOT_FOUND) return undefined;
    throw error;
  }
}

/** Does what asks a schedule, and may well be done twice; anew where there is no answer. */
export async function askedAnew<T>(client: Client, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.withDeadline(Date.now() + ANSWER_MS, ask);
    } catch (error) {
      if (attempt === ATTEMPTS || codeOf(error) !== DEADLINE_EXCEEDED) throw error;
    }
  }
}

/** gRPC's code of a call that failed, whether or not the client has put it into an error of its own. */
function codeOf(error: unknown): number | undefined {
  const call = isGrpcServiceError(error) ? error : (error as Error).cause;
  return isGrpcServiceError(call) ? Number(call.code) : undefined;
}
