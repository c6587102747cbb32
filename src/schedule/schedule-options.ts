import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { ScheduleOptions, ScheduleOptionsStartWorkflowAction } from '@temporalio/client';
import { scheduleId, SEARCH_ATTRIBUTES, WORKFLOW_QUEUE } from '../names.js';
import type { ScheduleKind, ScheduleTime } from '../spec/schedule.js';

/** What is to be done again and again, on which stack. */
export interface ScheduleRef {
  kind: ScheduleKind;
  host: string;
  stack: string;
}

export interface Scheduled extends ScheduleRef {
  time: ScheduleTime;
  timezone: string;
  /** Whether search attributes of ours are registered in the namespace. */
  indexed: boolean;
}

type Options = ScheduleOptions<ScheduleOptionsStartWorkflowAction<never>>;

const MINUTE_MS = 60_000;

/** How a schedule is written into Temporal. One that is still at work is not joined by another. */
export function scheduleOptions(scheduled: Scheduled): Options {
  const { kind, host, stack, time, timezone } = scheduled;
  return {
    scheduleId: scheduleId(kind, host, stack),
    spec: specOf(stack, time, timezone),
    action: actionOf(scheduled),
    policies: {
      overlap: 'SKIP',
      // What was missed for longer is not made up for: a look of an hour ago tells nobody anything.
      catchupWindow: (kind === 'health' ? 2 : 60) * MINUTE_MS,
    },
  } as unknown as Options;
}

function specOf(stack: string, time: ScheduleTime, timezone: string): Options['spec'] {
  if (time.kind === 'cron') {
    // Temporal keeps what follows the # as it is written, and the rest as a calendar.
    return { cronExpressions: [`${time.cron} # ${time.text}`], timezone, jitter: MINUTE_MS / 2 };
  }
  const { everyMs } = time;
  // Many stacks of one interval do not all come in the same second.
  const offset = placeWithin(stack, everyMs);
  return { intervals: [{ every: everyMs, offset }], jitter: Math.min(everyMs / 10, MINUTE_MS / 2) };
}

/** A place of its own for each name, in whole milliseconds. */
function placeWithin(name: string, everyMs: number): number {
  let hash = 2166136261;
  for (const char of name) hash = Math.imul(hash ^ char.codePointAt(0)!, 16777619) >>> 0;
  return hash % everyMs;
}

function actionOf({ kind, host, stack, time, timezone, indexed }: Scheduled): object {
  const attributes: [keyof typeof SEARCH_ATTRIBUTES, string][] = [
    ['stack', stack],
    ['host', host],
  ];
  const common = {
    type: 'startWorkflow',
    taskQueue: WORKFLOW_QUEUE,
    workflowId: scheduleId(kind, host, stack),
    ...(indexed ? { typedSearchAttributes: attributes.map(([name, value]) => pair(name, value)) } : {}),
  };
  const when = time.kind === 'every' ? `every ${time.text}` : `${time.text} ${timezone}`;
  if (kind === 'health') {
    return {
      ...common,
      workflowType: 'healthCheck',
      args: [{ stack, host }],
      staticSummary: `Look at ${stack}`,
      // One that nobody takes up, because no worker is there, must not keep the next ones from beginning.
      workflowExecutionTimeout: 10 * MINUTE_MS,
    };
  }
  const asked = { stack, host, performer: 'schedule', reason: `scheduled: ${when}`, whenBusy: 'queue', startBy: '1h' };
  const isDrill = kind === 'drill';
  return {
    ...common,
    workflowType: 'backup',
    args: [isDrill ? { ...asked, backup: 'newest' } : asked],
    staticSummary: isDrill ? `Prove the newest backup of ${stack} again` : `Back up ${stack}`,
  };
}

function pair(name: keyof typeof SEARCH_ATTRIBUTES, value: string): SearchAttributePair {
  return { key: defineSearchAttributeKey(SEARCH_ATTRIBUTES[name], 'KEYWORD'), value };
}
