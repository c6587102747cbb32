import { defined, fieldsOf } from './fields.js';
import { attributesOf, type HistoryEvent, type Payloads, summaryIn, timeOf, valueIn } from './history-event.js';
import type { StepAccount } from './run-account.js';

/** Every step that a run has asked for, in the order in which it did. */
export function readSteps(events: HistoryEvent[]): StepAccount[] {
  const steps = new Map<string, StepAccount>();
  for (const event of events) {
    if (event.eventType === 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED') steps.set(event.eventId, asked(event));
    else if (event.eventType.startsWith('EVENT_TYPE_ACTIVITY_TASK_')) {
      const { scheduledEventId } = attributesOf<{ scheduledEventId?: string }>(event);
      const step = steps.get(scheduledEventId ?? '');
      if (step) note(step, event);
    }
  }
  return [...steps.values()];
}

function asked(event: HistoryEvent): StepAccount {
  const { activityType, input: payloads } = attributesOf<{ activityType?: { name?: string }; input?: Payloads }>(event);
  const input = (valueIn(payloads) ?? {}) as { step?: unknown; frozen?: unknown; twin?: unknown };
  const activity = activityType?.name ?? 'unknown';
  const service = fieldsOf(input)['service'] ?? fieldsOf(input.step)['service'];
  const onTwin = fieldsOf(input.frozen)['folder']?.includes('/twin/') === true || input.twin !== undefined;
  return {
    ...{ event: Number(event.eventId), activity, title: summaryIn(event) ?? inWords(activity) },
    ...(service === undefined ? {} : { service }),
    ...(onTwin ? { onTwin } : {}),
    ...{ askedAtMs: timeOf(event), attempts: 0, state: 'running' },
  };
}

/** Takes in what an event says of a step. */
function note(step: StepAccount, event: HistoryEvent): void {
  const at = attributesOf<{
    attempt?: number;
    identity?: string;
    result?: Payloads;
    failure?: { message?: string; cause?: { message?: string } };
  }>(event);
  switch (event.eventType) {
    case 'EVENT_TYPE_ACTIVITY_TASK_STARTED':
      Object.assign(step, { startedAtMs: timeOf(event), attempts: at.attempt ?? 1 }, defined({ worker: at.identity }));
      break;
    case 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED':
      Object.assign(step, { endedAtMs: timeOf(event), state: 'done' }, toldBy(valueIn(at.result)));
      break;
    case 'EVENT_TYPE_ACTIVITY_TASK_FAILED':
    case 'EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT': {
      const why = at.failure?.cause?.message ?? at.failure?.message ?? 'out of time';
      Object.assign(step, { endedAtMs: timeOf(event), state: 'failed', note: why });
      break;
    }
    case 'EVENT_TYPE_ACTIVITY_TASK_CANCELED':
      Object.assign(step, { endedAtMs: timeOf(event), state: 'canceled', note: 'stopped' });
  }
}

/** What a result says: whether there was anything to do, and its verdict; of several, the worst, with what is said of each. */
function toldBy(result: unknown): Pick<StepAccount, 'verdict' | 'note' | 'judged' | 'untouched'> {
  if ((result as { untouched?: unknown } | undefined)?.untouched === true) return { untouched: true };
  const verdicts = verdictsIn(result);
  if (verdicts.length === 0) return {};
  const [worst] = WORST_FIRST.filter((kind) => verdicts.some(({ verdict }) => verdict === kind));
  const weighty = verdicts.filter(({ verdict }) => verdict === worst);
  const told = worst === 'pass' ? verdicts : weighty;
  const named = told.map(({ service, reason }) => (verdicts.length > 1 ? `${service}: ${reason}` : reason));
  const each = Array.isArray(result)
    ? verdicts.flatMap(({ service, ...one }) => (service ? [{ service, ...one }] : []))
    : [];
  return { verdict: worst!, note: named.join('; '), ...(each.length > 0 ? { judged: each } : {}) };
}

const WORST_FIRST = ['fail', 'inconclusive', 'pass'] as const;

interface JudgedService {
  verdict: (typeof WORST_FIRST)[number];
  service?: string;
  reason: string;
}

function verdictsIn(result: unknown): JudgedService[] {
  if (Array.isArray(result)) {
    // Of services that are judged together each is a verdict; of examined ones there are what their logs say, and their endpoints.
    return result.flatMap((one: { log?: unknown; endpoints?: unknown } | null) => [
      ...(Array.isArray(one) ? [] : verdictsIn(one)),
      ...verdictsIn(one?.log),
      ...verdictsIn(one?.endpoints),
    ]);
  }
  const { verdict, service, reason = '' } = fieldsOf(result);
  const known = WORST_FIRST.find((kind) => kind === verdict);
  return known === undefined ? [] : [{ verdict: known, reason, ...(service === undefined ? {} : { service }) }];
}

/** `captureStack` → `capture stack`. */
function inWords(activity: string): string {
  return activity.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
