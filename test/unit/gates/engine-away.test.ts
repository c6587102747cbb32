import { expect, it } from '@jest/globals';
import { answering, seenForMs, unanswered } from '../../../src/gates/engine-away.js';
import { type GateCursor, judgeService } from '../../../src/gates/judge-service.js';
import type { Judgement } from '../../../src/gates/judgement.js';
import { lookingAgain } from '../../../src/gates/look-gap.js';
import { GATE, T } from './gate-play.js';

const SECOND = 1_000;

/** What a gate of one minute answers after so many seconds, Docker having been away in between. */
function judged(seconds: number, away: { from: number; to: number }): Judgement {
  let cursor: GateCursor = { startedAtMs: T, tracks: {} };
  for (let at = 0; at <= seconds; at += 1) {
    const atMs = T + at * SECOND;
    const isAway = at >= away.from && at < away.to;
    cursor = isAway ? unanswered(cursor, atMs) : answering(cursor, atMs);
  }
  const samples = seconds < away.to ? undefined : [];
  const atMs = T + seconds * SECOND;
  const known = samples ? { ...cursor, emptySinceMs: atMs } : cursor;
  return judgeService({ question: 'first-well', gate: GATE, cursor: known, samples, atMs });
}

it('a Docker that starts anew takes nothing from the time that a service has', () => {
  expect(judged(62, { from: 5, to: 25 })).toMatchObject({ verdict: 'pending' });
  expect(judged(81, { from: 5, to: 25 })).toMatchObject({ outOfTime: true });
});

it('nor does one that is still away', () => {
  expect(judged(64, { from: 5, to: 500 })).toMatchObject({ verdict: 'pending' });
});

it('one that stays away does, after a minute', () => {
  const reason = 'not well within 1 min: Docker does not answer';
  expect(judged(119, { from: 5, to: 500 })).toMatchObject({ verdict: 'pending' });
  expect(judged(120, { from: 5, to: 500 })).toMatchObject({ verdict: 'inconclusive', outOfTime: true, reason });
});

it('each time that it is away counts for itself', () => {
  let cursor: GateCursor = { startedAtMs: T, tracks: {} };
  for (const at of [0, 30, 60]) {
    cursor = unanswered(cursor, T + at * SECOND);
    cursor = answering(cursor, T + (at + 20) * SECOND);
  }
  expect(cursor).toEqual({ startedAtMs: T, tracks: {}, unseenMs: 60 * SECOND });
});

it('a look that takes half a minute, and finds Docker back, is excused once', () => {
  const away = unanswered({ startedAtMs: T, lookedAtMs: T + SECOND, tracks: {} }, T + SECOND);
  const back = answering(lookingAgain(away, T + 31 * SECOND), T + 31 * SECOND);
  expect(seenForMs(back, T + 31 * SECOND)).toBe(SECOND);
});

it('no less than no time has passed where somebody sets the clock back', () => {
  const cursor: GateCursor = { startedAtMs: T, tracks: {} };
  expect(seenForMs(cursor, T - 60 * SECOND)).toBe(0);
});
