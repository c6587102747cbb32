import type { DeployResult } from '../spec/deploy-result.js';
import { INVALID_INPUT, type Outcome } from '../spec/outcome.js';
import { attributesOf, type HistoryEvent, type Payloads, type RawHistory, timeOf, valueIn } from './history-event.js';
import { defined, fieldsOf } from './fields.js';
import { messageIn } from './read-messages.js';
import { readSteps } from './read-steps.js';
import type { RunAccount, RunEnding, RunStatus } from './run-account.js';

/** What a run's history says of it. Throws where it is no history of a run. */
export function accountOfHistory(
  history: RawHistory,
  { workflowId, runId }: { workflowId: string; runId: string },
): RunAccount {
  const events = history.events ?? [];
  const [started] = events;
  if (started?.eventType !== 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED') {
    throw new Error(`what is kept as the history of ${workflowId} does not begin with its start`);
  }
  const { workflowType, input: payloads } = attributesOf<{ workflowType?: { name?: string }; input?: Payloads }>(
    started,
  );
  const input = valueIn(payloads);
  const asked = fieldsOf(input);
  const steps = readSteps(events);
  const end = endOf(events.at(-1)!);
  // Temporal keeps no result of a canceled run, but the run has written it down.
  const result = end.result ?? resultWritten(events);
  const located = events.map(hostFound).find((host) => host !== undefined);
  return {
    ...{ workflowId, runId },
    type: workflowType?.name ?? 'unknown',
    stack: asked['stack'] ?? result?.stack ?? 'unknown',
    ...defined({ host: result?.host || located }),
    status: end.status,
    ...defined({ ending: endingOf(end, result), message: end.message ?? result?.failure?.message }),
    ...defined({ by: asked['performer'], reason: asked['reason'], input }),
    startedAtMs: timeOf(started),
    ...defined({ endedAtMs: end.status === 'open' ? undefined : timeOf(events.at(-1)!), result }),
    steps,
    messages: events.flatMap((event) => messageIn(event) ?? []),
  };
}

interface End {
  status: RunStatus;
  type?: string;
  message?: string;
  result?: DeployResult;
}

interface RawFailure {
  message?: string;
  cause?: RawFailure;
  applicationFailureInfo?: { type?: string; details?: Payloads };
}

function endOf(last: HistoryEvent): End {
  const at = attributesOf<{ result?: Payloads; failure?: RawFailure; details?: Payloads; reason?: string }>(last);
  switch (last.eventType) {
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED':
      return { status: 'completed', ...defined({ result: resultOf(valueIn(at.result)) }) };
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED': {
      const { type, details } = at.failure?.applicationFailureInfo ?? {};
      const result = resultOf(valueIn(details));
      return { status: 'failed', ...defined({ type, message: at.failure?.message, result }) };
    }
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED':
      return { status: 'canceled', ...defined({ result: resultOf(valueIn(at.details)) }) };
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED':
      return { status: 'terminated', message: at.reason || 'terminated from outside' };
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT':
      return { status: 'timed-out', message: 'the execution time-out that it was given is over' };
    default:
      return { status: 'open' };
  }
}

function endingOf({ status, type }: End, result: DeployResult | undefined): RunEnding | undefined {
  switch (status) {
    case 'open':
      return undefined;
    case 'terminated':
    case 'timed-out':
      return status;
    case 'completed':
    case 'canceled':
      return result?.outcome ?? (status === 'completed' ? 'succeeded' : 'aborted');
    case 'failed':
      if (type === INVALID_INPUT) return 'invalid-input';
      return result?.outcome ?? (OUTCOMES.includes(type as Outcome) ? (type as Outcome) : 'failed');
  }
}

const OUTCOMES: Outcome[] = ['succeeded', 'rejected', 'rolled-back', 'rollback-failed', 'needs-human', 'aborted'];

function resultWritten(events: HistoryEvent[]): DeployResult | undefined {
  const asked = events
    .filter(({ eventType }) => eventType === 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED')
    .map((event) => attributesOf<{ activityType?: { name?: string }; input?: Payloads }>(event))
    .findLast(({ activityType }) => activityType?.name === 'writeResult');
  return resultOf((valueIn(asked?.input) as { result?: unknown } | undefined)?.result);
}

function resultOf(value: unknown): DeployResult | undefined {
  return typeof value === 'object' && value !== null && 'outcome' in value ? (value as DeployResult) : undefined;
}

/** The host that the first step found. */
function hostFound(event: HistoryEvent): string | undefined {
  if (event.eventType !== 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED') return undefined;
  const found = valueIn(attributesOf<{ result?: Payloads }>(event).result);
  return fieldsOf(found)['host'];
}
