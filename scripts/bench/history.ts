import type { Client } from '@temporalio/client';

/** One activity of a run, as its history tells it. Milliseconds since the epoch. */
export interface ActivitySpan {
  type: string;
  summary?: string;
  scheduledAtMs: number;
  /** The start of the last attempt. */
  startedAtMs: number;
  endedAtMs: number;
  /** The decoded result; undefined where it failed. */
  result?: unknown;
}

export interface RunTimes {
  startedAtMs: number;
  endedAtMs: number;
  activities: ActivitySpan[];
  /** What it has told other workflows, and when. */
  signals: { name: string; atMs: number }[];
  events: number;
}

type HistoryEvent = NonNullable<
  Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>['events']
>[number];

/** Reads a closed run. */
export async function timesOf(client: Client, workflowId: string): Promise<RunTimes> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const spans = new Map<string, ActivitySpan>();
  const signals: RunTimes['signals'] = [];
  for (const event of events ?? []) {
    const signal = event.signalExternalWorkflowExecutionInitiatedEventAttributes;
    if (signal) signals.push({ name: signal.signalName ?? '', atMs: timeOf(event) });
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const at = timeOf(event);
      spans.set(String(event.eventId), {
        type: scheduled.activityType?.name ?? '',
        ...summaryOf(event),
        scheduledAtMs: at,
        startedAtMs: at,
        endedAtMs: at,
      });
    }
    const started = event.activityTaskStartedEventAttributes;
    if (started) spans.get(String(started.scheduledEventId))!.startedAtMs = timeOf(event);
    const completed = event.activityTaskCompletedEventAttributes;
    const ended =
      completed ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskCanceledEventAttributes ??
      event.activityTaskTimedOutEventAttributes;
    if (ended) {
      const span = spans.get(String(ended.scheduledEventId))!;
      span.endedAtMs = timeOf(event);
      if (completed) span.result = decoded(completed.result?.payloads?.[0]?.data);
    }
  }
  return {
    startedAtMs: timeOf(events![0]!),
    endedAtMs: timeOf(events!.at(-1)!),
    activities: [...spans.values()],
    signals,
    events: events!.length,
  };
}

/** How long none of the activities ran, between the run's begin and its end. */
export function outsideActivitiesMs({ startedAtMs, endedAtMs, activities }: RunTimes): number {
  let outside = 0;
  let coveredUntil = startedAtMs;
  for (const span of [...activities].sort((a, b) => a.startedAtMs - b.startedAtMs)) {
    outside += Math.max(0, span.startedAtMs - coveredUntil);
    coveredUntil = Math.max(coveredUntil, span.endedAtMs);
  }
  return outside + Math.max(0, endedAtMs - coveredUntil);
}

/** What a gate said; undefined for the result of another activity. */
export function verdictIn(result: unknown): unknown {
  return (result as { verdict?: unknown } | undefined)?.verdict;
}

function timeOf({ eventTime }: HistoryEvent): number {
  return Number(eventTime?.seconds ?? 0) * 1000 + Number(eventTime?.nanos ?? 0) / 1e6;
}

function summaryOf(event: HistoryEvent): { summary?: string } {
  const summary = decoded(event.userMetadata?.summary?.data);
  return typeof summary === 'string' ? { summary } : {};
}

function decoded(data: Uint8Array | null | undefined): unknown {
  if (!data || data.length === 0) return undefined;
  return JSON.parse(Buffer.from(data).toString()) as unknown;
}
