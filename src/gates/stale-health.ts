import type { Inspected } from './inspected.js';
import type { Sample } from './verdict.js';

/** Docker's word is taken for frozen when this many of its probes have not come. */
const MISSED_PROBES = 3;
/** However short the interval is, a busy machine is late by seconds. */
const LEAST_INTERVAL_MS = 10_000;
/** Docker gives a probe this long to begin, outside of the probe's own time-out. */
const BEGINS_WITHIN_MS = 30_000;
/** No machine that is at work is later than this; one that was asleep is. */
const MOST_LATE_MS = 60_000;

/**
 * Whether so much time has passed since Docker's last probe that no further one is to be expected: a restarted dockerd may
 * leave a healthcheck without its timer. How late its probes have been until now is granted to the next ones.
 */
export function isOverdue({ atMs, healthcheck, probesLateMs = 0 }: Sample, probedAtMs: number | undefined): boolean {
  if (probedAtMs === undefined || healthcheck === undefined) return false;
  const { intervalMs, timeoutMs } = healthcheck;
  const pauseMs = Math.max(intervalMs, LEAST_INTERVAL_MS) + probesLateMs;
  return atMs - probedAtMs > MISSED_PROBES * pauseMs + timeoutMs + BEGINS_WITHIN_MS;
}

/** How late Docker was with the probes that it still knows of since the container's start: to begin one, or to end it. */
export function latenessOf(
  log: NonNullable<NonNullable<Inspected['State']['Health']>['Log']>,
  { intervalMs, timeoutMs }: { intervalMs: number; timeoutMs: number },
  startedAtMs = 0,
): number {
  const probes = log
    .map(({ Start, End }) => ({ beganAtMs: Date.parse(Start), endedAtMs: Date.parse(End) }))
    .filter(({ beganAtMs }) => beganAtMs >= startedAtMs);
  const late = probes.flatMap(({ beganAtMs, endedAtMs }, index) => {
    const before = probes[index - 1];
    return [endedAtMs - beganAtMs - timeoutMs, before ? beganAtMs - before.endedAtMs - intervalMs : 0];
  });
  return Math.min(Math.max(0, ...late), MOST_LATE_MS);
}
