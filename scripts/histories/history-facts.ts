import { RUNBOOKS } from '../../src/names.js';

interface Payload {
  data?: string;
}
interface Event {
  eventType: string;
  workflowExecutionStartedEventAttributes?: { workflowType: { name: string } };
  workflowExecutionCompletedEventAttributes?: { result?: { payloads?: Payload[] } };
  workflowExecutionFailedEventAttributes?: { failure: { applicationFailureInfo?: { type?: string } } };
  workflowExecutionCanceledEventAttributes?: object;
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  workflowExecutionSignaledEventAttributes?: { signalName: string };
  workflowExecutionUpdateAcceptedEventAttributes?: { acceptedRequest: { input: { name: string } } };
}

/** What a history is one of. */
export interface HistoryFacts {
  /** The type of its workflow. */
  type: string;
  /** How it closed: its outcome, the type of its failure, or what Temporal calls it. */
  end: string;
  /** The updates and signals that were said to it. */
  said: string[];
  /** The types of the steps that it asked for. */
  steps: string[];
  /** Whether it was reset. */
  isReset: boolean;
}

/** What the JSON text of a history is one of. Throws where the workflow has not closed. */
export function factsOf(text: string): HistoryFacts {
  const { events } = JSON.parse(text) as { events: Event[] };
  const type = events[0]!.workflowExecutionStartedEventAttributes!.workflowType.name;
  const said = events.flatMap((event) => {
    const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest.input.name;
    return update ?? event.workflowExecutionSignaledEventAttributes?.signalName ?? [];
  });
  const steps = events.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType.name ?? []);
  const isReset = events.some(
    (event) =>
      event.eventType === 'EVENT_TYPE_WORKFLOW_TASK_FAILED' && JSON.stringify(event).includes('RESET_WORKFLOW'),
  );
  return { type, end: endIn(events.at(-1)!, type), said, steps, isReset };
}

function endIn(last: Event, type: string): string {
  if (last.workflowExecutionCanceledEventAttributes) {
    return (RUNBOOKS as readonly string[]).includes(type) ? 'aborted' : 'cancelled';
  }
  const failed = last.workflowExecutionFailedEventAttributes;
  if (failed) return failed.failure.applicationFailureInfo?.type ?? 'failed';
  const completed = last.workflowExecutionCompletedEventAttributes;
  if (!completed) throw new Error(`a golden history has to be closed, and ends with ${last.eventType}`);
  const data = completed.result?.payloads?.[0]?.data;
  const result = (data ? JSON.parse(Buffer.from(data, 'base64').toString()) : null) as {
    outcome?: string;
    verified?: string;
  } | null;
  return result?.outcome ?? result?.verified ?? 'completed';
}
