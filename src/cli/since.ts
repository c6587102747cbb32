import { UsageError } from './errors.js';

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** The moment that `--since` names: a date, or how long ago (`30m`, `12h`, `7d`, `2w`). Milliseconds since the epoch. */
export function sinceMs(text: string | undefined, now = Date.now()): number {
  if (text === undefined) return 0;
  const [, count, unit] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * UNITS[unit]!;
  const date = Date.parse(text);
  if (!Number.isNaN(date)) return date;
  throw new UsageError(
    `--since ${text} is neither a date nor a length of time`,
    'for example: --since 7d, --since 2026-01-31',
  );
}
