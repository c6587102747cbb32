import type { GateCursor } from './judge-service.js';
import { unseenFor } from './look-gap.js';

/** A restart of Docker takes less. One that is away for longer counts against the time that a service has. */
const EXCUSED_MS = 60_000;

/** Docker did not answer a look. */
export function unanswered(cursor: GateCursor, atMs: number): GateCursor {
  return { ...cursor, awaySinceMs: cursor.awaySinceMs ?? atMs };
}

/** Docker answers. */
export function answering(cursor: GateCursor, atMs: number): GateCursor {
  const { awaySinceMs, unseenMs = 0, ...rest } = cursor;
  return awaySinceMs === undefined ? cursor : { ...rest, unseenMs: unseenMs + excusedMs(cursor, atMs) };
}

/** From then until now nobody could look, since the service was being started again. */
export function lookingAfterAll(cursor: GateCursor, fromMs: number, atMs: number): GateCursor {
  return { ...unseenFor(cursor, Math.max(0, atMs - fromMs), 0), lookedAtMs: atMs };
}

/** How much of a gate's time has passed in which its service could have been seen. None where the clock was set back to before it. */
export function seenForMs(cursor: GateCursor, atMs: number): number {
  return Math.max(0, atMs - cursor.startedAtMs - (cursor.unseenMs ?? 0) - excusedMs(cursor, atMs));
}

function excusedMs({ awaySinceMs }: GateCursor, atMs: number): number {
  return awaySinceMs === undefined ? 0 : Math.min(atMs - awaySinceMs, EXCUSED_MS);
}
