import type { GateCursor } from './judge-service.js';
import type { ContainerTrack } from './track.js';

/** Looks that are further apart than this are of a machine that slept, or of another worker. */
const MOST_BETWEEN_MS = 5_000;

/**
 * The cursor of somebody who looks again. While the machine slept or started anew, or no worker was there, nobody has seen a
 * service to be late, or gone, or well: no more of that time counts than lies between two looks of a machine that is very busy.
 */
export function lookingAgain(cursor: GateCursor, atMs: number): GateCursor {
  const { lookedAtMs = atMs, awaySinceMs } = cursor;
  const gapMs = atMs - lookedAtMs;
  if (gapMs <= MOST_BETWEEN_MS) return { ...cursor, lookedAtMs: atMs };
  return {
    ...unseenFor(cursor, gapMs, MOST_BETWEEN_MS),
    lookedAtMs: atMs,
    // That time is excused already.
    ...(awaySinceMs === undefined ? {} : { awaySinceMs: awaySinceMs + gapMs - MOST_BETWEEN_MS }),
  };
}

/** The cursor after a time in which nobody looked, of which so much counts all the same. */
export function unseenFor(cursor: GateCursor, gapMs: number, countsMs: number): GateCursor {
  const { unseenMs = 0, emptySinceMs, tracks } = cursor;
  return {
    ...cursor,
    unseenMs: unseenMs + gapMs - countsMs,
    tracks: Object.fromEntries(Object.entries(tracks).map(([id, track]) => [id, later(track, gapMs, countsMs)])),
    ...(emptySinceMs === undefined ? {} : { emptySinceMs: emptySinceMs + gapMs }),
  };
}

/** Of a container that lay still nobody knows whether it still did; one that was well then and is now may have been all along. */
function later(track: ContainerTrack, gapMs: number, countsMs: number): ContainerTrack {
  const { wellSinceMs, stillSinceMs } = track;
  return {
    ...track,
    ...(wellSinceMs === undefined ? {} : { wellSinceMs: wellSinceMs + gapMs - countsMs }),
    ...(stillSinceMs === undefined ? {} : { stillSinceMs: stillSinceMs + gapMs }),
  };
}
