import type { GateCursor } from './judge-service.js';
import type { ContainerTrack } from './track.js';

/** Looks that are further apart than this are of a machine that slept, or of another worker. */
const MOST_BETWEEN_MS = 5_000;

/**
 * The cursor of somebody who looks again. While the machine slept or started anew, or no worker was there, nobody has seen a
 * service to be late, or gone, or well: no more of that time counts than lies between two looks of a machine that is very busy.
 */
export function lookingAgain(cursor: GateCursor, atMs: number): GateCursor {
  const { lookedAtMs = atMs, unseenMs = 0, emptySinceMs, awaySinceMs, tracks } = cursor;
  const gapMs = atMs - lookedAtMs;
  if (gapMs <= MOST_BETWEEN_MS) return { ...cursor, lookedAtMs: atMs };
  return {
    ...cursor,
    lookedAtMs: atMs,
    unseenMs: unseenMs + gapMs - MOST_BETWEEN_MS,
    tracks: Object.fromEntries(Object.entries(tracks).map(([id, track]) => [id, later(track, gapMs)])),
    ...(emptySinceMs === undefined ? {} : { emptySinceMs: emptySinceMs + gapMs }),
    // That time is excused already.
    ...(awaySinceMs === undefined ? {} : { awaySinceMs: awaySinceMs + gapMs - MOST_BETWEEN_MS }),
  };
}

/** Of a container that lay still nobody knows whether it still did; one that was well then and is now may have been all along. */
function later(track: ContainerTrack, gapMs: number): ContainerTrack {
  const { wellSinceMs, stillSinceMs } = track;
  return {
    ...track,
    ...(wellSinceMs === undefined ? {} : { wellSinceMs: wellSinceMs + gapMs - MOST_BETWEEN_MS }),
    ...(stillSinceMs === undefined ? {} : { stillSinceMs: stillSinceMs + gapMs }),
  };
}
