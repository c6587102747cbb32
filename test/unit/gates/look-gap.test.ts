import { describe, expect, it } from '@jest/globals';
import { lookingAfterAll } from '../../../src/gates/engine-away.js';
import type { Question } from '../../../src/gates/hearing.js';
import { followService, type GateCursor, judgeService } from '../../../src/gates/judge-service.js';
import type { Judgement } from '../../../src/gates/judgement.js';
import { lookingAgain } from '../../../src/gates/look-gap.js';
import type { Sample } from '../../../src/gates/verdict.js';
import { GATE, own, seen, T } from './gate-play.js';

const HOUR_MS = 3_600_000;

/** Looks at a service as a gate does; `undefined` is an engine that does not answer. */
class Looking {
  cursor: GateCursor = { startedAtMs: T, tracks: {} };

  constructor(private readonly question: Question = 'first-well') {}

  at(afterMs: number, samples: Sample[] | undefined, stableForMs = GATE.stableForMs): Judgement {
    const { question } = this;
    const atMs = T + afterMs;
    this.cursor = lookingAgain(this.cursor, atMs);
    const gate = { ...GATE, stableForMs };
    const asked = { question, gate, askedAtMs: T };
    if (samples) this.cursor = followService(this.cursor, samples, atMs, asked);
    return judgeService({ question, gate, cursor: this.cursor, samples, atMs });
  }

  /** Starts what has ended again in that time, and does not look. */
  wakes(fromMs: number, toMs: number): void {
    this.cursor = lookingAfterAll(lookingAgain(this.cursor, T + fromMs), T + fromMs, T + toMs);
  }
}

describe('time in which nobody looked', () => {
  it('is not taken from the time a service has to become well', () => {
    const gate = new Looking();
    gate.at(0, [seen(0, { health: 'starting' })]);
    const again = { started: HOUR_MS - 500, health: 'starting' } as const;
    expect(gate.at(HOUR_MS, [seen(HOUR_MS, again)])).toMatchObject({ verdict: 'pending' });
    const well = seen(HOUR_MS + 2_000, { ...again, ...own(HOUR_MS + 1_900, 'ok') });
    expect(gate.at(HOUR_MS + 2_000, [well])).toMatchObject({ verdict: 'pass' });
  });

  it('nor where the engine does not answer yet', () => {
    const gate = new Looking();
    gate.at(0, [seen(0, { health: 'starting' })]);
    expect(gate.at(HOUR_MS, undefined)).toMatchObject({ verdict: 'pending' });
  });

  it('leaves it as much as it had left', () => {
    const gate = new Looking();
    for (const at of [0, 5_000, 10_000]) gate.at(at, [seen(at, { health: 'starting' })]);
    for (let at = 0; at < 45_000; at += 5_000) {
      const look = [seen(HOUR_MS + at, { health: 'starting' })];
      expect(gate.at(HOUR_MS + at, look)).toMatchObject({ verdict: 'pending' });
    }
    const late = [seen(HOUR_MS + 45_000, { health: 'starting' })];
    expect(gate.at(HOUR_MS + 45_000, late)).toMatchObject({ verdict: 'fail', outOfTime: true });
  });

  it('does not make a container overdue that was missed before', () => {
    const gate = new Looking();
    gate.at(0, [seen(0)]);
    gate.at(200, [seen(200, { state: 'missing' })]);
    expect(gate.at(HOUR_MS, [seen(HOUR_MS, { state: 'missing' })])).toMatchObject({ verdict: 'pending' });
    const empty = new Looking();
    empty.at(0, []);
    expect(empty.at(HOUR_MS, [])).toMatchObject({ verdict: 'pending' });
  });

  it('is no part of the window in which a service has to stay well', () => {
    const gate = new Looking('stays-well');
    const well = { health: 'healthy', probed: 0 } as const;
    gate.at(0, [seen(0, well)]);
    const later = { health: 'healthy', probed: HOUR_MS - 100 } as const;
    expect(gate.at(HOUR_MS, [seen(HOUR_MS, later)], 10_000)).toMatchObject({ verdict: 'pending' });
    expect(gate.at(HOUR_MS + 5_000, [seen(HOUR_MS + 5_000, later)], 10_000)).toMatchObject({ verdict: 'pass' });
  });
});

describe('time in which a twin was started again', () => {
  const WOKEN_MS = 20_000;

  it.each([
    ['a container overdue that was missed before', (at: number) => [seen(at, { state: 'missing' })]],
    ['a service gone that had none', () => []],
  ])('does not make %s', (_, samples) => {
    const gate = new Looking();
    gate.at(0, samples(0));
    gate.wakes(200, WOKEN_MS);
    expect(gate.at(WOKEN_MS + 100, samples(WOKEN_MS + 100))).toMatchObject({ verdict: 'pending' });
    expect(gate.at(WOKEN_MS + 900, samples(WOKEN_MS + 900))).toMatchObject({ verdict: 'fail' });
  });

  it('is no part of the window in which a service has to stay well, nor of what it has to become so', () => {
    const gate = new Looking('stays-well');
    const well = (at: number) => [seen(at, { health: 'healthy', probed: Math.max(0, at - 1_000) })];
    gate.at(0, well(0));
    gate.wakes(200, WOKEN_MS);
    expect(gate.at(WOKEN_MS + 4_700, well(WOKEN_MS + 4_700))).toMatchObject({ verdict: 'pending' });
    expect(gate.at(WOKEN_MS + 4_800, well(WOKEN_MS + 4_800))).toMatchObject({ verdict: 'pass' });
    expect(gate.cursor.unseenMs).toBe(WOKEN_MS - 200);
  });
});
