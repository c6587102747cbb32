import { z } from 'zod';
import { durationMs } from './deploy-input.js';

/** What can be done again and again. Names are public: they are keys of `x-evenkeel.schedule` and begin the schedules' ids. */
export const SCHEDULE_KINDS = ['health', 'backup', 'drill'] as const;

export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];

/** When: every so often, or at times of the clock. */
export type ScheduleTime =
  { kind: 'every'; everyMs: number; text: string } | { kind: 'cron'; cron: string; text: string };

/** `schedule` of `x-evenkeel`. What is absent is not scheduled by the file. */
export interface SchedulePolicy {
  health?: ScheduleTime;
  backup?: ScheduleTime;
  drill?: ScheduleTime;
  /** IANA name of the zone that times of the clock are of. Default: UTC. */
  timezone: string;
}

const SHORTEST_MS = 10_000;

/** Reads `5m`, or a cron expression of five fields. */
export function readScheduleTime(text: string): { time: ScheduleTime } | { error: string } {
  const written = text.trim();
  const everyMs = durationMs(written);
  if (everyMs !== undefined) {
    if (everyMs < SHORTEST_MS) return { error: `"${written}" is too often; at most every 10s` };
    return { time: { kind: 'every', everyMs, text: written } };
  }
  const fields = written.split(/\s+/);
  if (fields.length !== FIELDS.length) {
    return {
      error: `"${written}" is neither a duration, like 5m, nor a cron expression of five fields, like "0 3 * * *"`,
    };
  }
  for (const [index, field] of FIELDS.entries()) {
    const error = fieldError(fields[index]!, field);
    if (error !== undefined) return { error: `"${written}": ${error}` };
  }
  const cron = fields.join(' ');
  return { time: { kind: 'cron', cron, text: cron } };
}

/** Why a zone cannot be meant; undefined for one that is known. */
export function timezoneError(timezone: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return /^[+-]/.test(timezone) ? 'write a zone by its name, like Europe/Berlin' : undefined;
  } catch {
    return `there is no time zone "${timezone}"; write one like Europe/Berlin, or UTC`;
  }
}

interface Field {
  name: string;
  least: number;
  most: number;
  /** Words for values, from `least` on. */
  words?: string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: Field[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, words: MONTHS },
  { name: 'day of the week', least: 0, most: 6, words: DAYS },
];

// Stars, numbers, spans and steps, and lists of them.
function fieldError(text: string, field: Field): string | undefined {
  for (const part of text.split(',')) {
    const [, from, to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const [first, last] = [from, to].map((word) =>
      word === undefined || word === '*' ? undefined : valueOf(word, field),
    );
    const wrong =
      from === undefined ||
      (from === '*' && to !== undefined) ||
      [first, last].includes(NaN) ||
      (first !== undefined && last !== undefined && first > last) ||
      step === '0';
    if (wrong) return `"${part}" is no ${field.name} (${field.least} to ${field.most}, *, 1-5, */2, lists of them)`;
  }
  return undefined;
}

function valueOf(word: string, { least, most, words }: Field): number {
  const named = words?.indexOf(word.toLowerCase().slice(0, 3)) ?? -1;
  const value = named !== -1 && /^[a-z]+$/i.test(word) ? least + named : /^\d+$/.test(word) ? Number(word) : NaN;
  return value >= least && value <= most ? value : NaN;
}

const time = z
  .string({ error: 'must be a duration, like 5m, or a cron expression, like "0 3 * * *"' })
  .transform((text, context) => {
    const read = readScheduleTime(text);
    if ('time' in read) return read.time;
    context.addIssue(read.error);
    return z.NEVER;
  });

/** `schedule` at the top level. */
export const scheduleSchema = z.strictObject(
  {
    health: time.optional(),
    backup: time.optional(),
    drill: time.optional(),
    timezone: z
      .string({ error: 'must be the name of a time zone, like Europe/Berlin' })
      .check((context) => {
        const error = timezoneError(context.value);
        if (error !== undefined) context.issues.push({ code: 'custom', input: context.value, message: error });
      })
      .optional(),
  },
  { error: 'must be a mapping of keys' },
);

export const SCHEDULE_KEYS = Object.keys(scheduleSchema.shape);

/** What is written; undefined where nothing is. */
export function schedulePolicyOf(
  written: z.output<typeof scheduleSchema> | null | undefined,
): SchedulePolicy | undefined {
  if (!written) return undefined;
  const { timezone = 'UTC', ...times } = written;
  return { ...times, timezone };
}
