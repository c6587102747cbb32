/** A history as Temporal's JSON writes it; only what is read here. */
export interface RawHistory {
  events?: HistoryEvent[];
}

/** One event; its attributes stand under a key that its type gives. */
export interface HistoryEvent {
  eventId: string;
  /** RFC 3339. */
  eventTime: string;
  /** `EVENT_TYPE_ACTIVITY_TASK_SCHEDULED`, … */
  eventType: string;
  userMetadata?: { summary?: Payload };
  [attributes: string]: unknown;
}

interface Payload {
  data?: string;
}

/** Where payloads stand in attributes: the input or the result of something. */
export interface Payloads {
  payloads?: Payload[];
}

/** The attributes of an event: those of `EVENT_TYPE_TIMER_STARTED` are `timerStartedEventAttributes`. */
export function attributesOf<T>(event: HistoryEvent): T {
  const words = event.eventType
    .replace(/^EVENT_TYPE_/, '')
    .toLowerCase()
    .split('_');
  const name = words.map((word, index) => (index === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join('');
  return (event[`${name}EventAttributes`] ?? {}) as T;
}

export function timeOf({ eventTime }: HistoryEvent): number {
  return Date.parse(eventTime);
}

/** The first value of some payloads; undefined where there is none, or where it is not JSON (a codec may have been at it). */
export function valueIn(payloads: Payloads | undefined): unknown {
  return valueOf(payloads?.payloads?.[0]);
}

export function summaryIn({ userMetadata }: HistoryEvent): string | undefined {
  const summary = valueOf(userMetadata?.summary);
  return typeof summary === 'string' ? summary : undefined;
}

function valueOf(payload: Payload | undefined): unknown {
  if (payload?.data === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload.data), (char) => char.charCodeAt(0))));
  } catch {
    return undefined;
  }
}
