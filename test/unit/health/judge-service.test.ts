import { describe, expect, it } from '@jest/globals';
import type { Sample } from '../../../src/gates/verdict.js';
import { judgeService, type ServiceLook } from '../../../src/health/judge-service.js';
import { remarksOn } from '../../../src/health/remarks.js';

const NOW = 1_000_000_000;
const RUNNING: Sample = {
  ...{ atMs: NOW, id: 'c1', container: 'shop-api-1', number: 1, createdAtMs: 0, state: 'running' },
  ...{ restartCount: 0, restartPolicy: { name: 'always', maximumRetries: 0 }, startedAtMs: NOW - 3_600_000 },
  ...{ health: 'healthy', healthBeganAtMs: NOW - 1000, healthAtMs: NOW - 900, failingStreak: 0 },
  healthcheck: { intervalMs: 10_000, timeoutMs: 3000, retries: 3 },
};

function judged(samples: Partial<Sample>[], special: Partial<ServiceLook> = {}) {
  const look = { service: 'api', scale: samples.length, oneShot: false, releasedStopped: false, restartsBefore: {} };
  return judgeService({ ...look, samples: samples.map((sample) => ({ ...RUNNING, ...sample })), ...special });
}

describe('judgeService', () => {
  it.each<[string, Partial<Sample>, string, RegExp]>([
    ['is healthy', {}, 'pass', /^healthy$/],
    ['has no healthcheck', { health: 'none' }, 'pass', /no healthcheck/],
    ['is unhealthy', { health: 'unhealthy', failingStreak: 4 }, 'fail', /unhealthy, 4 failed/],
    ['is starting', { health: 'starting' }, 'inconclusive', /starting/],
    ['restarts', { state: 'restarting', exitCode: 3, restartCount: 5 }, 'fail', /exited with 3, restarted 5 times/],
    ['ended', { state: 'exited', exitCode: 137, oomKilled: true }, 'fail', /137 \(out of memory\)/],
    ['was never started', { state: 'created', error: 'no such file' }, 'fail', /never started: no such file/],
    ['is paused', { state: 'paused' }, 'inconclusive', /paused/],
    ['loops', { restartCount: 3, startedAtMs: NOW - 5000 }, 'fail', /crash loop: restarted 3 times/],
    ['restarted long ago', { restartCount: 3 }, 'pass', /healthy/],
  ])('one that %s', (_, sample, verdict, reason) => {
    expect(judged([sample])).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
  });

  it('lets a good probe of our own stand for a frozen one of Docker, and a bad one shake a good one', () => {
    const frozen = { healthAtMs: NOW - 900_000, healthBeganAtMs: NOW - 900_100 };
    const probe = (exitCode: number) => {
      const outcome = exitCode === 0 ? ('ok' as const) : ('failed' as const);
      return { probing: true, probe: { outcome, atMs: NOW, durationMs: 5, exitCode, detail: 'no answer' } };
    };
    expect(judged([frozen])).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('stale') });
    expect(judged([{ ...frozen, ...probe(0) }])).toMatchObject({ verdict: 'pass' });
    expect(judged([probe(1)])).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('no answer') });
  });

  it('counts restarts from look to look', () => {
    expect(judged([{ restartCount: 7 }], { restartsBefore: { c1: 5 } })).toMatchObject({
      verdict: 'fail',
      reason: 'restarted 2 times since the last look',
    });
    expect(judged([{ restartCount: 6 }], { restartsBefore: { c1: 5 } }).verdict).toBe('pass');
    expect(remarksOn('api', { ...RUNNING, restartCount: 6 }, 5)).toMatchObject([{ rule: 'restarted' }]);
  });

  it('misses containers, but for what is meant to be away', () => {
    expect(judged([])).toMatchObject({ verdict: 'pass', reason: 'scaled to 0' });
    expect(judged([], { scale: 1 })).toMatchObject({ verdict: 'fail', next: 'evenkeel deploy api' });
    expect(judged([{}], { scale: 2 })).toMatchObject({ verdict: 'fail', reason: '1 of 2 containers are there' });
    expect(judged([], { scale: 1, releasedStopped: true }).verdict).toBe('pass');
    expect(judged([{ state: 'exited', exitCode: 0 }], { releasedStopped: true }).verdict).toBe('pass');
    expect(judged([{ state: 'exited', exitCode: 0 }], { oneShot: true }).verdict).toBe('pass');
    expect(judged([{ state: 'exited', exitCode: 1 }], { oneShot: true }).verdict).toBe('fail');
  });

  it('lets the gravest of several containers speak', () => {
    const second = { id: 'c2', container: 'shop-api-2' };
    expect(judged([{}, second])).toEqual({ verdict: 'pass', reason: 'all 2 containers: healthy' });
    expect(judged([{ state: 'paused' }, { ...second, state: 'exited', exitCode: 1 }])).toMatchObject({
      verdict: 'fail',
      reason: 'shop-api-2: exited with 1',
    });
  });
});

describe('remarksOn', () => {
  it('says that Docker has stopped to probe', () => {
    expect(remarksOn('api', { ...RUNNING, healthAtMs: NOW - 120_000 }, 0)).toMatchObject([{ rule: 'stale-health' }]);
    expect(remarksOn('api', { ...RUNNING, healthAtMs: NOW - 120_000, startedAtMs: NOW - 1000 }, 0)).toEqual([]);
  });
});
