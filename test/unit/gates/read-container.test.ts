import { describe, expect, it } from '@jest/globals';
import { healthcheckOf } from '../../../src/gates/healthcheck.js';
import { isBroken } from '../../../src/gates/probe-broken.js';
import { AWAITING_PACE, pauseBeforeProbe, WATCHING_PACE } from '../../../src/gates/probe-pace.js';
import { ownHealthcheck, ownProbeOf, sampleOf } from '../../../src/gates/read-container.js';
import type { Inspected } from '../../../src/gates/inspected.js';
import { GATE } from './gate-play.js';

function inspected(test: string[] | undefined, state: Partial<Inspected['State']> = {}): Inspected {
  return {
    ...{ Id: 'a', Name: '/shop-api-2', Created: '2026-01-01T00:00:00Z', RestartCount: 3 },
    State: {
      ...{ Status: 'running', ExitCode: 0, OOMKilled: false, Error: '', StartedAt: '2026-01-01T00:00:01.5Z' },
      ...state,
    },
    HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 4 } },
    Config: {
      Labels: { 'com.docker.compose.container-number': '2' },
      ...(test ? { Healthcheck: { Test: test, Interval: 2e9 } } : {}),
    },
  };
}

const redact = (text: string): string => text.replaceAll('hunter2', '[redacted]');

describe('a healthcheck', () => {
  it('runs without a shell, or with the image’s', () => {
    expect(healthcheckOf(inspected(['CMD', 'a', 'b']))).toMatchObject({
      command: ['a', 'b'],
      intervalMs: 2_000,
      timeoutMs: 30_000,
    });
    expect(healthcheckOf(inspected(['CMD-SHELL', 'a b']))?.command).toEqual(['/bin/sh', '-c', 'a b']);
  });

  it.each([[undefined], [[]], [['NONE']]])('is none where it is %j', (test) => {
    expect(healthcheckOf(inspected(test))).toBeUndefined();
  });

  it('is run by us only when asked, of what keeps running, and when it changes nothing', () => {
    const looks = inspected(['CMD', 'true']);
    expect(ownHealthcheck(looks, GATE)).toBeDefined();
    expect(ownHealthcheck(looks, { ...GATE, probe: 'docker' })).toBeUndefined();
    expect(ownHealthcheck(looks, { ...GATE, kind: 'one-shot' })).toBeUndefined();
    expect(ownHealthcheck(inspected(['CMD-SHELL', 'rm /beat']), GATE)).toBeUndefined();
  });
});

describe('a sample', () => {
  it('holds what gates go by', () => {
    const log = [
      { Start: '2026-01-01T00:00:02Z', End: '2026-01-01T00:00:03Z', ExitCode: 1, Output: 'password hunter2 refused\n' },
    ];
    const health = { Status: 'unhealthy', FailingStreak: 2, Log: log };
    expect(sampleOf(inspected(['CMD', 'true'], { Health: health }), 7, redact)).toEqual({
      atMs: 7,
      id: 'a',
      container: 'shop-api-2',
      number: 2,
      createdAtMs: Date.parse('2026-01-01T00:00:00Z'),
      state: 'running',
      restartCount: 3,
      restartPolicy: { name: 'on-failure', maximumRetries: 4 },
      startedAtMs: Date.parse('2026-01-01T00:00:01.5Z'),
      health: 'unhealthy',
      healthBeganAtMs: Date.parse('2026-01-01T00:00:02Z'),
      healthAtMs: Date.parse('2026-01-01T00:00:03Z'),
      failingStreak: 2,
      healthProbe: { exitCode: 1, output: 'password [redacted] refused' },
      healthcheck: { intervalMs: 2_000, timeoutMs: 30_000, retries: 3 },
    });
  });

  it('tells how late Docker was with its probes since the start', () => {
    const probe = (Start: string, End: string) => ({
      ...{ Start: `2026-01-01T00:${Start}Z`, End: `2026-01-01T00:${End}Z` },
      ...{ ExitCode: 0, Output: '' },
    });
    const lateOf = (...Log: ReturnType<typeof probe>[]) =>
      sampleOf(
        inspected(['CMD', 'true'], {
          StartedAt: '2026-01-01T00:01:00Z',
          Health: { Status: 'healthy', FailingStreak: 0, Log },
        }),
        7,
        redact,
      ).probesLateMs;
    const begun = probe('01:02', '01:03');
    expect(lateOf(probe('00:00', '00:01'), begun, probe('01:05', '01:35'))).toBeUndefined();
    expect(lateOf(begun, probe('01:05', '01:40'))).toBe(5_000);
    expect(lateOf(begun, probe('01:09', '01:10'))).toBe(4_000);
    expect(lateOf(begun, probe('31:09', '31:10'))).toBe(60_000);
  });

  it('of one that never started has no start', () => {
    const state = { Status: 'created', StartedAt: '0001-01-01T00:00:00Z', Error: 'no hunter2' };
    const sample = sampleOf(inspected(undefined, state), 7, redact);
    expect(sample.startedAtMs).toBeUndefined();
    expect(sample).toMatchObject({ state: 'created', health: 'none', error: 'no [redacted]' });
  });
});

describe('an own probe', () => {
  const ended = (exitCode: number, output: string) => ownProbeOf({ exitCode, output, durationMs: 5 }, 7, redact);

  it('is ok, failed or broken', () => {
    expect(ended(0, 'noise')).toEqual({ outcome: 'ok', atMs: 7, durationMs: 5, exitCode: 0 });
    expect(ended(1, 'hunter2\nno hunter2')).toMatchObject({ outcome: 'failed', detail: 'no [redacted]' });
    expect(ended(127, '')).toMatchObject({ outcome: 'broken', exitCode: 127 });
  });

  it.each([
    [-1, 'OCI runtime exec failed: exec: "wget": executable file not found in $PATH: unknown', true],
    [-1, 'Health check exceeded timeout (5s)', false],
    [-1, 'timed out starting health check for container a', false],
    [126, '', true],
    [1, 'bash: line 1: curl: command not found', true],
    [1, 'sh: wget: not found', true],
    [1, 'curl: (22) The requested URL returned error: 404 Not Found', false],
    [1, 'user not found', false],
    [0, 'sh: x: not found', false],
  ])('%d with %j is broken: %j', (exitCode, output, expected) => {
    expect(isBroken({ exitCode, output })).toBe(expected);
  });
});

describe('the pace of own probes', () => {
  it('begins at once, and backs off to a second', () => {
    const pauses = [0, 1, 2, 3, 20].map((done) => pauseBeforeProbe(done, 10, 30_000, AWAITING_PACE));
    expect(pauses.map(Math.round)).toEqual([0, 100, 140, 196, 1_000]);
  });

  it('leaves a slow probe twice its time, but is never slower than Docker', () => {
    expect(pauseBeforeProbe(1, 400, 30_000, AWAITING_PACE)).toBe(800);
    expect(pauseBeforeProbe(1, 400, 500, AWAITING_PACE)).toBe(500);
    expect(pauseBeforeProbe(3, 10, 30_000, WATCHING_PACE)).toBe(1_000);
  });
});
