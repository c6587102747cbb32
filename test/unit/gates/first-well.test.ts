import { describe, expect, it } from '@jest/globals';
import type { Judgement } from '../../../src/gates/judgement.js';
import type { Sample } from '../../../src/gates/verdict.js';
import type { GateSpec } from '../../../src/plan/plan.js';
import { own, play, restart, seen, T } from './gate-play.js';

type Case = [name: string, looks: (Sample | Sample[])[], expected: Partial<Judgement>, gate?: Partial<GateSpec>];

const says = (text: string): string => expect.stringContaining(text) as unknown as string;
const shown = (exitCode: number, output: string) => ({ failingStreak: 3, healthProbe: { exitCode, output } });

const LOOP = restart('always');
const EVERY_SECOND = { intervalMs: 1_000, timeoutMs: 1_000, retries: 3 };
/** What Docker notes of a probe that it has not begun within 30 seconds. */
const LATE = 'timed out starting health check for container a';
/** A container that runs since long before the gate: only what it depends on has been replaced. */
const CARRIED = { createdAtMs: T - 600_000, started: -500_000 };
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
  ...(['unhealthy', 'healthy'] as const).flatMap((health): Case[] => [
    [
      `17: when Docker has stopped probing, ${health} says nothing, and is waited for`,
      [seen(90_000, { health, probed: 10_000, probing: true })],
      { verdict: 'pending', reason: says('stale') },
      { timeoutMs: 120_000 },
    ],
    [
      '17: until the deadline; then it is inconclusive',
      [seen(120_000, { health, probed: 10_000, ...own(119_000, 'failed') })],
      { verdict: 'inconclusive', reason: says('stale') },
      { timeoutMs: 120_000 },
    ],
  ]),
  [
    '17: with a short interval a busy Docker is not taken for one that has stopped',
    [seen(50_000, { health: 'healthy', probed: 1_000, healthcheck: EVERY_SECOND })],
    { verdict: 'pass' },
  ],
  [
    '17: nor is one that has been later than that already',
    [seen(100_000, { health: 'healthy', probed: 1_000, healthcheck: EVERY_SECOND, probesLateMs: 20_000 })],
    { verdict: 'pass' },
    { timeoutMs: 120_000 },
  ],
  [
    '17: a probe that Docker could not begin is no sign of sickness',
    [seen(40_000, { health: 'unhealthy', probed: 31_000, ...shown(-1, LATE), ...own(39_000, 'failed') })],
    { verdict: 'pending', reason: says('too busy') },
  ],
  ...(['unhealthy', 'starting'] as const).map((health): Case => [
    `17: and leaves it open at the deadline (${health})`,
    [seen(60_000, { health, probed: 31_000, ...shown(-1, LATE) })],
    { verdict: 'inconclusive' },
  ]),
  [
    '17: our own probe is waited for, and believed',
    [
      seen(90_000, { health: 'unhealthy', probed: 10_000, probing: true }),
      seen(90_100, { health: 'unhealthy', probed: 10_000, ...own(90_080, 'ok') }),
    ],
    { verdict: 'pass' },
    { timeoutMs: 120_000 },
  ],
  [
    '17: what was sick before passes with a stale word too',
    [seen(100, { ...CARRIED, health: 'unhealthy', probed: -90_000, ...shown(1, 'no') })],
    { verdict: 'pass', reason: says('(it was sick before)') },
    { wasSick: true },
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
  [
    '13: one that has restarted is not well in its first second',
    [
      seen(0, LOOP),
      seen(200, { ...LOOP, state: 'restarting', restartCount: 1, exitCode: 1 }),
      seen(1_290, { ...LOOP, restartCount: 1, started: 300 }),
    ],
    { verdict: 'pending', reason: 'running (it has no healthcheck), but only just restarted: exited with 1' },
  ],
  [
    '13: and is after it',
    [
      seen(200, { ...LOOP, state: 'restarting', restartCount: 1, exitCode: 1 }),
      seen(1_300, { ...LOOP, restartCount: 1, started: 300 }),
    ],
    { verdict: 'pass', flapping: true },
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
      seen(1_700, { ...LOOP, restartCount: 1, started: 700, health: 'healthy', probed: 1_400 }),
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
    '23: what Docker never could probe passes as before',
    [seen(100, { ...CARRIED, health: 'unhealthy', probed: -500, ...shown(127, '') })],
    { verdict: 'pass', reason: says('(it was sick before)') },
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
  [
    'a dependent that was unhealthy while it lacked what it depends on is not failed for that',
    [seen(0, { ...CARRIED, health: 'unhealthy', probed: -500, failingStreak: 7, probing: true })],
    { verdict: 'pending', reason: says('was unhealthy before') },
  ],
  [
    'however new its container is, where the run leaves it alone',
    [seen(0, { health: 'unhealthy', probed: -50, failingStreak: 7 })],
    { verdict: 'pending' },
    { leftAlone: true },
  ],
  [
    'it is cleared by our own probe',
    [
      seen(0, { ...CARRIED, health: 'unhealthy', probed: -500, failingStreak: 7, probing: true }),
      seen(100, { ...CARRIED, health: 'unhealthy', probed: -500, failingStreak: 7, ...own(80, 'ok') }),
    ],
    { verdict: 'pass' },
  ],
  [
    'it waits for as many failed probes anew as Docker asks for',
    [0, 1, 2].map((more) =>
      seen(more * 10_000 + 100, {
        ...{ ...CARRIED, health: 'unhealthy', probed: more * 10_000 - 500, ...shown(1, 'no') },
        ...{ failingStreak: 7 + more, ...own(more * 10_000 + 50, 'failed') },
      }),
    ),
    { verdict: 'pending' },
  ],
  [
    'and fails with the last of them',
    [0, 1, 2, 3].map((more) =>
      seen(more * 10_000 + 100, {
        ...{ ...CARRIED, health: 'unhealthy', probed: more * 10_000 - 500, ...shown(1, 'no') },
        ...{ failingStreak: 7 + more, ...own(more * 10_000 + 50, 'failed') },
      }),
    ),
    { verdict: 'fail', reason: 'unhealthy, 10 failed probes in a row; the last probe ended with 1: no' },
  ],
  [
    'a probe that Docker began before does not count',
    [
      seen(0, { ...CARRIED, health: 'healthy', probed: -20_000, failingStreak: 2 }),
      seen(3_000, { ...CARRIED, health: 'unhealthy', healthBeganAtMs: T - 1_000, probed: 2_900, ...shown(1, 'no') }),
      seen(13_000, { ...CARRIED, health: 'unhealthy', probed: 12_900, ...shown(1, 'no'), failingStreak: 5 }),
    ],
    { verdict: 'pending' },
  ],
  [
    'one that fails to recover fails at the deadline',
    [0, 60_000].map((at) => seen(at, { ...CARRIED, health: 'unhealthy', probed: at - 20_000, ...shown(1, 'no') })),
    { verdict: 'fail', reason: says('not well within 1 min') },
  ],
  [
    'one that restarts meanwhile has its failures counted anew',
    [
      seen(0, { ...CARRIED, ...LOOP, health: 'unhealthy', probed: -500, failingStreak: 7 }),
      seen(9_000, { ...CARRIED, ...LOOP, started: 500, restartCount: 1, health: 'starting', probed: -500 }),
      seen(40_000, { ...CARRIED, ...LOOP, started: 500, restartCount: 1, health: 'unhealthy', probed: 39_000 }),
    ],
    { verdict: 'fail' },
  ],
  [
    "a dependent's health of before says nothing of now",
    [seen(100, { ...CARRIED, health: 'healthy', probed: -500, ...own(80, 'failed') })],
    { verdict: 'pending', reason: says('before') },
  ],
  [
    'nor does it before our own probe has ended',
    [seen(100, { ...CARRIED, health: 'healthy', probed: -500, probing: true })],
    { verdict: 'pending' },
  ],
  [
    'however new its container is, either',
    [seen(100, { health: 'healthy', probed: -50, probing: true })],
    { verdict: 'pending' },
    { leftAlone: true },
  ],
  [
    'nor does a failing probe that has not made it unhealthy yet',
    [seen(5_000, { ...CARRIED, health: 'healthy', probed: 4_000, ...shown(1, 'no'), failingStreak: 1 })],
    { verdict: 'pending', reason: says('ended with 1: no') },
  ],
  [
    'it is well by a good probe of our own',
    [seen(100, { ...CARRIED, health: 'healthy', probed: -500, ...own(80, 'ok') })],
    { verdict: 'pass' },
  ],
  [
    "and by Docker's next good one, whatever ours says",
    [seen(5_000, { ...CARRIED, health: 'healthy', probed: 4_000, ...own(4_900, 'failed') })],
    { verdict: 'pass' },
  ],
  [
    'where we cannot probe it is waited for Docker to',
    [seen(9_000, { ...CARRIED, health: 'healthy', probed: -500 })],
    { verdict: 'pending' },
  ],
  [
    'but not longer than the gate lasts',
    [seen(5_000, { ...CARRIED, health: 'healthy', probed: -500 })],
    { verdict: 'pass', reason: says('before') },
    { timeoutMs: 5_000 },
  ],
  [
    'while our own failing probes leave it open by then',
    [seen(5_000, { ...CARRIED, health: 'healthy', probed: -500, ...own(4_900, 'failed') })],
    { verdict: 'inconclusive' },
    { timeoutMs: 5_000 },
  ],
  [
    'a replica that has not come up is not covered by another that is only not proven',
    [
      [
        seen(5_000, { ...CARRIED, health: 'healthy', probed: -500 }),
        seen(5_000, { id: 'b', container: 'shop-api-2', number: 2, health: 'starting' }),
      ],
    ],
    { verdict: 'fail', reason: 'shop-api-2: not well within 5 s: health is starting' },
    { timeoutMs: 5_000 },
  ],
  [
    'one that may end is well by running',
    [seen(300)],
    { verdict: 'pass', reason: 'running (it has no healthcheck)' },
    { mayEnd: true },
  ],
  [
    'and by having ended with 0',
    [seen(50, { state: 'exited', exitCode: 0 })],
    { verdict: 'pass', reason: 'exited with 0' },
    { mayEnd: true },
  ],
  [
    'but not with another code',
    [seen(50, { state: 'exited', exitCode: 3 })],
    { verdict: 'fail', reason: 'exited with 3' },
    { mayEnd: true },
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
