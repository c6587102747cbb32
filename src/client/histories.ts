import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { RawHistory } from '../report/history-event.js';
import type { Reach } from './connect.js';
import type { RunRef } from './deployments.js';

/** The whole history of a run, as it goes on record; undefined where Temporal has none of it. */
export async function wholeHistory(client: Client, { workflowId, runId }: RunRef): Promise<RawHistory | undefined> {
  return unlessForgotten(async () => asJson(await client.workflow.getHandle(workflowId, runId).fetchHistory()));
}

/** Temporal's `HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT`: the event that closed a run, or its latest one. */
const CLOSE_EVENT = 2;

/** The first event of a run and its last: who asked for what, and what it came to; undefined as above. */
export async function briefHistory(
  { client, namespace }: Pick<Reach, 'client' | 'namespace'>,
  execution: RunRef,
): Promise<RawHistory | undefined> {
  return unlessForgotten(async () => {
    const [first, last] = await Promise.all([
      client.workflowService.getWorkflowExecutionHistory({ namespace, execution, maximumPageSize: 1 }),
      client.workflowService.getWorkflowExecutionHistory({
        ...{ namespace, execution, historyEventFilterType: CLOSE_EVENT },
      }),
    ]);
    const events = [...(first.history?.events ?? []).slice(0, 1), ...(last.history?.events ?? []).slice(-1)];
    return asJson({ events });
  });
}

function asJson(history: Parameters<typeof historyToJSON>[0]): RawHistory {
  return JSON.parse(historyToJSON(history)) as RawHistory;
}

const NOT_FOUND = 5;

async function unlessForgotten<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    if (isGrpcServiceError(error) && Number(error.code) === NOT_FOUND) return undefined;
    throw error;
  }
}
