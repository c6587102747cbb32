import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { followService, judgeService } from '../../../src/gates/judge-service.js';
import type { Sample } from '../../../src/gates/verdict.js';
import { GATE, own, play, playOn, restart, seen, T } from './gate-play.js';

const states = ['created', 'running', 'paused', 'restarting', 'exited', 'dead', 'missing'] as const;
const policies = ['no', 'always', 'on-failure'] as const;

/** Any look at one container; each comes after the one before. */
const look = fc.record({
  afterMs: fc.integer({ min: 50, max: 20_000 }),
  state: fc.constantFrom(...states),
  exitCode: fc.constantFrom(0, 1, 137),
  restarts: fc.integer({ min: 0, max: 1 }),
  policy: fc.constantFrom(...policies),
  health: fc.constantFrom('none', 'starting', 'healthy', 'unhealthy'),
  healthAgeMs: fc.integer({ min: 0, max: 60_000 }),
  probeExit: fc.constantFrom(-1, 1, 127),
  own: fc.constantFrom('ok', 'failed', 'broken'),
  carried: fc.boolean(),
});
type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

function samplesOf(looks: Look[], id = 'a', number = 1): Sample[] {
  let at = 0;
  let restartCount = 0;
  return looks.map((one) => {
    at += one.afterMs;
    restartCount += one.restarts;
    return seen(at, {
      ...{ id, number, container: `shop-api-${number}`, restartCount },
      ...{ state: one.state, exitCode: one.exitCode, health: one.health, ...restart(one.policy) },
      ...{ probed: at - one.healthAgeMs, failingStreak: 1, healthProbe: { exitCode: one.probeExit, output: '' } },
      ...(looks[0]!.carried ? { createdAtMs: T - 600_000, started: -600_000 } : {}),
      ...own(at - 1, one.own),
    });
  });
}

const silent = ({ probe: _probe, ...sample }: Sample): Sample => sample;
const severity = { pass: 0, pending: 1, inconclusive: 2, fail: 3 };

describe('judging a service', () => {
  it.each(['first-well', 'stays-well'] as const)('never fails because an own probe failed (%s)', (question) => {
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 6 }), (looks) => {
        const failing = samplesOf(looks.map((one) => ({ ...one, own: 'failed' })));
        const without = playOn(failing.map(silent), { question });
        playOn(failing, { question }).forEach(({ verdict }, index) => {
          if (verdict === 'fail') expect(without[index]!.verdict).toBe('fail');
        });
      }),
    );
  });

  it('can only gain by an own probe that is good', () => {
    fc.assert(
      fc.property(look, (one) => {
        const [sample] = samplesOf([{ ...one, own: 'ok' }]);
        expect(severity[play([sample!]).verdict]).toBeLessThanOrEqual(severity[play([silent(sample!)]).verdict]);
      }),
    );
  });

  it('passes only when every replica does', () => {
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 4 }), (looks) => {
        const together = looks.map((one, index) => samplesOf([{ ...one, afterMs: 400 }], `c${index}`, index + 1)[0]!);
        const alone = together.map((sample) => play([sample]).verdict);
        expect(play([together]).verdict === 'pass').toBe(alone.every((verdict) => verdict === 'pass'));
        expect(play([together]).verdict === 'fail').toBe(alone.some((verdict) => verdict === 'fail'));
      }),
    );
  });

  it('takes no new container for one of before because Temporal’s clock is ahead', () => {
    const asked = { question: 'first-well', gate: GATE, askedAtMs: T + 3_600_000 } as const;
    const sample = seen(100, { ...restart('always'), restartCount: 2, death: { exitCode: 1, atMs: T } });
    const cursor = followService({ startedAtMs: T, tracks: {} }, [sample], T + 100, asked);
    const answer = judgeService({ question: 'first-well', gate: GATE, cursor, samples: [sample], atMs: T + 100 });
    expect(answer).toMatchObject({ verdict: 'fail', reason: 'exited with 1, restarted 2 times' });
  });

  describe('without a look', () => {
    const moment = { question: 'first-well', gate: GATE, cursor: { startedAtMs: T, tracks: {} } } as const;

    it('fails when there is no container', () => {
      const cursor = { ...moment.cursor, emptySinceMs: T };
      expect(judgeService({ ...moment, samples: [], atMs: T })).toMatchObject({ verdict: 'pending' });
      expect(judgeService({ ...moment, cursor, samples: [], atMs: T + 1_000 })).toMatchObject({ verdict: 'fail' });
    });
  });
});
