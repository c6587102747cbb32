import { describe, expect, it } from '@jest/globals';
import type { Judgement } from '../../../src/gates/judgement.js';
import type { Sample } from '../../../src/gates/verdict.js';
import type { GateSpec } from '../../../src/plan/plan.js';
import { own, play, restart, seen, T } from './gate-play.js';

type Case = [name: string, looks: (Sample | Sample[])[], expected: Partial<Judgement>, gate?: Partial<GateSpec>];

const says = (text: string): string => expect.stringContaining(text) as unknown as string;
const shown = (exitCode: number, output: string) => ({ failingStreak: 3, healthProbe: { exitCode, output } });

const LOOP = restart('always');
const cases: Case[] = [
  [
    '11: running while its restarts go on is no health',
    [seen(0, LOOP), seen(200, { ...LOOP, restartCount: 2, death: { exitCode: 7, atMs: T + 150 } })],
    { verdict: 'fail', reason: 'exited with 7, restarted 2 times' },
  ],
  [
    '12: the exit code is that of the event where Docker shows 0 while restarting',
    [
      seen(0, { ...LOOP, state: 'restarting', restartCount: 1, exitCode: 0, death: { exitCode: 3, atMs: T } }),
      seen(200, { ...LOOP, state: 'restarting', restartCount: 2, exitCode: 0 }),
    ],
    { verdict: 'fail', reason: 'exited with 3, restarted 2 times' },
  ],
  [
    '13: a crash loop fails by its second restart although every look falls into a running moment',
    [0, 1, 2].map((restartCount) =>
      seen(restartCount * 200, { ...LOOP, restartCount, started: restartCount * 200 - 50 }),
    ),
    { verdict: 'fail', reason: says('restarted 2 times') },
  ],
  [
    '13: a loop that ran out of memory says so',
    [
      seen(0, { ...LOOP, state: 'restarting', restartCount: 1, exitCode: 137, oomKilled: true }),
      seen(200, { ...LOOP, state: 'restarting', restartCount: 2, exitCode: 137, oomKilled: true }),
    ],
    { verdict: 'fail', reason: 'exited with 137 (out of memory), restarted 2 times' },
  ],
  [
    '13: restarts from before the gate are not held against a container that is only judged',
    [seen(400, { ...LOOP, createdAtMs: T - 600_000, restartCount: 9 })],
    { verdict: 'pass' },
  ],
  [
    '15: starting for ever fails at the deadline, with what the last probe said',
    [
      seen(0, { health: 'starting' }),
      seen(60_000, {
        health: 'starting',
        probed: 59_000,
        healthProbe: { exitCode: 1, output: 'connection refused\n' },
      }),
    ],
    {
      verdict: 'fail',
      reason: 'not well within 1 min: health is starting; the last probe ended with 1: connection refused',
    },
  ],
  [
    '15: a probe that hangs does not make it stale before the deadline',
    [seen(59_000, { health: 'starting', probed: 0 })],
    { verdict: 'pending' },
  ],
  [
    '16: unhealthy from before its last start is not believed',
    [seen(300, { health: 'unhealthy', started: 0, probed: -1_000, ...shown(1, 'no') })],
    { verdict: 'pending', reason: 'health is starting' },
  ],
  ['16: nor is healthy', [seen(300, { health: 'healthy', started: 0, probed: -1_000 })], { verdict: 'pending' }],
  [
    '17: unhealthy is inconclusive when Docker has stopped probing',
    [seen(50_000, { health: 'unhealthy', probed: 10_000, ...shown(1, 'no') })],
    { verdict: 'inconclusive', reason: says('stale') },
  ],
  [
    '17: healthy is, too',
    [seen(50_000, { health: 'healthy', probed: 10_000 })],
    { verdict: 'inconclusive', reason: says('stale') },
  ],
  [
    '17: our own probe is waited for, and believed',
    [
      seen(50_000, { health: 'unhealthy', probed: 10_000, probing: true }),
      seen(50_100, { health: 'unhealthy', probed: 10_000, ...own(50_080, 'ok') }),
    ],
    { verdict: 'pass' },
  ],
  [
    '18: a missing probe program is inconclusive, not sick',
    [
      seen(3_000, {
        health: 'unhealthy',
        probed: 2_000,
        ...shown(-1, 'exec: "curl": executable file not found in $PATH'),
      }),
    ],
    { verdict: 'inconclusive', reason: says('probe-broken: ') },
  ],
  [
    '18: also where a shell went on after it',
    [seen(3_000, { health: 'unhealthy', probed: 2_000, ...shown(1, '/bin/sh: 1: curl: not found') })],
    { verdict: 'inconclusive', reason: says('curl: not found') },
  ],
  [
    '18: it is known with the first probe that counts',
    [seen(3_000, { health: 'starting', probed: 2_000, ...shown(127, ''), failingStreak: 1, ...own(2_500, 'broken') })],
    { verdict: 'inconclusive', reason: says('exit code 127') },
  ],
  [
    '18: our own broken probe alone decides nothing',
    [seen(3_000, { health: 'starting', ...own(2_500, 'broken') })],
    { verdict: 'pending' },
  ],
  [
    '18: nor does it make the deadline a failure',
    [seen(60_000, { health: 'starting', ...own(2_500, 'broken') })],
    { verdict: 'inconclusive' },
  ],
  ['19: without a healthcheck it is not well in its first moment', [seen(0)], { verdict: 'pending' }],
  [
    '19: without a healthcheck it is well by running',
    [seen(0), seen(250)],
    { verdict: 'pass', reason: 'running (it has no healthcheck)' },
  ],
  [
    '19: every replica is judged',
    [[seen(300), seen(300, { id: 'b', container: 'shop-api-2', number: 2, state: 'exited', exitCode: 4 })]],
    { verdict: 'fail', reason: 'shop-api-2: exited with 4', containerId: 'b' },
  ],
  [
    '19: one that is not there yet is waited for',
    [[seen(300), seen(300, { id: 'b', container: 'shop-api-2', number: 2, health: 'starting' })]],
    { verdict: 'pending', reason: 'shop-api-2: health is starting' },
  ],
  [
    '20: a one-shot passes by ending with 0',
    [seen(0), seen(100, { state: 'exited', exitCode: 0 })],
    { verdict: 'pass', reason: 'exited with 0' },
    { kind: 'one-shot' },
  ],
  [
    '20: and fails at once with another code',
    [seen(100, { state: 'exited', exitCode: 2 })],
    { verdict: 'fail', reason: 'exited with 2' },
    { kind: 'one-shot' },
  ],
  [
    '20: however well it runs',
    [seen(900, { health: 'healthy', probed: 800 })],
    { verdict: 'pending' },
    { kind: 'one-shot' },
  ],
  [
    '20: one that may try again is waited for',
    [5, 6].map((restartCount) =>
      seen(100, { ...restart('on-failure'), state: 'restarting', restartCount, exitCode: 1 }),
    ),
    { verdict: 'pending', reason: 'restarting: exited with 1' },
    { kind: 'one-shot' },
  ],
  [
    '20: one that Docker would run for ever names the remedy',
    [seen(100, { ...LOOP, state: 'restarting', restartCount: 2, exitCode: 0, death: { exitCode: 0, atMs: T } })],
    { verdict: 'fail', reason: says('set its restart policy') },
    { kind: 'one-shot' },
  ],
  [
    '21: an exit fails at once where nothing restarts it',
    [seen(50, { state: 'exited', exitCode: 1 })],
    { verdict: 'fail', reason: 'exited with 1' },
  ],
  [
    '21: with 0 too, where it is meant to run',
    [seen(50, { ...restart('on-failure', 3), state: 'exited', exitCode: 0 })],
    { verdict: 'fail', reason: 'exited with 0' },
  ],
  [
    '21: and where the retries are used up',
    [seen(50, { ...restart('on-failure', 1), state: 'exited', exitCode: 1, restartCount: 1 })],
    { verdict: 'fail', reason: 'exited with 1' },
  ],
  [
    '21: one that Docker should have restarted gets a moment',
    [seen(0, { ...LOOP, state: 'exited', exitCode: 137 }), seen(900, { ...LOOP, state: 'exited', exitCode: 137 })],
    { verdict: 'pending' },
  ],
  [
    '21: and no more than that',
    [seen(0, { ...LOOP, state: 'exited', exitCode: 137 }), seen(1_000, { ...LOOP, state: 'exited', exitCode: 137 })],
    { verdict: 'fail', reason: says('not started again') },
  ],
  [
    '22: well after one restart is well, and flapping',
    [
      seen(0, { ...LOOP, health: 'starting' }),
      seen(500, { ...LOOP, state: 'restarting', restartCount: 1, exitCode: 1, health: 'unhealthy', probed: 400 }),
      seen(900, { ...LOOP, restartCount: 1, started: 700, health: 'unhealthy', probed: 400, ...own(800, 'failed') }),
      seen(1_500, { ...LOOP, restartCount: 1, started: 700, health: 'healthy', probed: 1_400 }),
    ],
    { verdict: 'pass', flapping: true },
  ],
  [
    '23: what was unhealthy before passes with a remark',
    [seen(100, { createdAtMs: T - 600_000, started: -500_000, health: 'unhealthy', probed: -500, ...shown(1, 'no') })],
    { verdict: 'pass', reason: says('(it was sick before)') },
    { wasSick: true },
  ],
  [
    '23: and so does what was in a crash loop',
    [0, 1, 2].map((more) => seen(more * 100, { ...LOOP, createdAtMs: T - 600_000, restartCount: 40 + more })),
    { verdict: 'pass' },
    { wasSick: true },
  ],
  [
    '23: but it fails when it is worse',
    [seen(100, { createdAtMs: T - 600_000, state: 'exited', exitCode: 1 })],
    { verdict: 'fail', reason: 'exited with 1' },
    { wasSick: true },
  ],
  [
    'our probe makes it well before Docker has probed',
    [seen(100, { health: 'starting', ...own(80, 'ok') })],
    { verdict: 'pass', reason: 'healthy by its own healthcheck, run by us' },
  ],
  ['healthy by Docker', [seen(100, { health: 'healthy', probed: 80 })], { verdict: 'pass', reason: 'healthy' }],
  [
    'unhealthy by Docker',
    [seen(100, { health: 'unhealthy', probed: 80, ...shown(22, 'HTTP 500') })],
    { verdict: 'fail', reason: 'unhealthy, 3 failed probes in a row; the last probe ended with 22: HTTP 500' },
  ],
  [
    "our good probe counts when it is newer than Docker's bad one",
    [seen(100, { health: 'unhealthy', probed: 50, ...shown(1, ''), ...own(80, 'ok') })],
    { verdict: 'pass' },
  ],
  [
    'and does not when it is older',
    [seen(100, { health: 'unhealthy', probed: 90, ...shown(1, ''), ...own(80, 'ok') })],
    { verdict: 'fail' },
  ],
  ['a paused container is inconclusive', [seen(0, { state: 'paused' })], { verdict: 'inconclusive' }],
  ['a dead one fails', [seen(0, { state: 'dead' })], { verdict: 'fail' }],
  [
    'one that is gone gets a moment to come back',
    [seen(0), seen(200, { state: 'missing' }), seen(1_100, { state: 'missing' })],
    { verdict: 'pending' },
  ],
  [
    'and no more than that',
    [seen(0), seen(100, { state: 'missing' }), seen(1_100, { state: 'missing' })],
    { verdict: 'fail', reason: 'its container is gone' },
  ],
  [
    'one that never started says why',
    [0, 1_000].map((at) => seen(at, { state: 'created', error: 'port is already allocated' })),
    { verdict: 'fail', reason: 'was created but never started: port is already allocated' },
  ],
];

describe('well for the first time', () => {
  it.each(cases)('%s', (...[, looks, expected, gate]) => {
    expect(play(looks, gate)).toMatchObject(expected);
  });
});
