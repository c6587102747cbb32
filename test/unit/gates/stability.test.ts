import { describe, expect, it } from '@jest/globals';
import { windowEndsInMs } from '../../../src/gates/judge-stability.js';
import type { ContainerTrack } from '../../../src/gates/track.js';
import { GATE, own, play, restart, seen, T } from './gate-play.js';

const LOOP = restart('always');
const watch = (looks: Parameters<typeof play>[0], gate: Parameters<typeof play>[1] = {}) =>
  play(looks, { question: 'stays-well', ...gate });
const well = { health: 'healthy', probed: -10 } as const;

describe('staying well', () => {
  it('passes after the whole window', () => {
    expect(watch([seen(0, well), seen(4_900, well)])).toMatchObject({ verdict: 'pending' });
    expect(watch([seen(0, well), seen(5_000, well)])).toMatchObject({ verdict: 'pass', reason: 'healthy for 5 s' });
  });

  it('14: fails when it dies in the window', () => {
    expect(watch([seen(0, well), seen(2_000, { state: 'exited', exitCode: 1 })])).toMatchObject({
      verdict: 'fail',
      reason: 'was well at first, then exited with 1',
    });
  });

  it('14: fails on a single restart', () => {
    const restarted = { ...LOOP, restartCount: 1, started: 2_000, death: { exitCode: 9, atMs: 0 } };
    expect(watch([seen(0, { ...LOOP, ...well }), seen(2_100, restarted)])).toMatchObject({
      verdict: 'fail',
      reason: 'was well at first, then exited with 9, restarted once',
    });
  });

  it('14: fails when Docker says unhealthy', () => {
    expect(watch([seen(0, well), seen(2_000, { health: 'unhealthy', probed: 1_900 })])).toMatchObject({
      verdict: 'fail',
    });
  });

  it('14: begins the window anew after a start by hand', () => {
    const again = { started: 2_000, ...own(2_100, 'ok'), health: 'starting' } as const;
    const looks = [seen(0, well), seen(2_200, again), seen(5_000, again), seen(7_100, again)];
    expect(watch(looks)).toMatchObject({ verdict: 'pending' });
    expect(watch([...looks, seen(7_200, again)])).toMatchObject({ verdict: 'pass' });
  });

  it('begins the window anew, and no more, when our own probe fails', () => {
    const good = { health: 'starting', ...own(0, 'ok') } as const;
    const bad = { health: 'starting', ...own(3_000, 'failed') } as const;
    const looks = [seen(0, good), seen(3_000, bad), seen(3_500, good), seen(8_400, good)];
    expect(watch(looks)).toMatchObject({ verdict: 'pending' });
    expect(watch([...looks, seen(8_500, good)])).toMatchObject({ verdict: 'pass' });
  });

  it("does not mind our own probe where Docker's says healthy", () => {
    const looks = [seen(0, well), seen(3_000, { ...well, ...own(2_900, 'failed') }), seen(5_000, well)];
    expect(watch(looks)).toMatchObject({ verdict: 'pass' });
  });

  it('waits for a healthcheck of ours that does not answer any more, whatever Docker saw before', () => {
    const hangs = (at: number) => seen(at, { ...well, ...own(100, 'ok'), probeBeganAtMs: T + 1_100 });
    const looks = [0, 2_100, 6_000].map(hangs);
    expect(watch(looks)).toMatchObject({ verdict: 'pending' });
    expect(watch([...looks, seen(7_000, { ...well, ...own(6_900, 'ok') })])).toMatchObject({ verdict: 'pass' });
    expect(watch([...looks, seen(8_000, { health: 'unhealthy', probed: 7_900 })])).toMatchObject({ verdict: 'fail' });
    expect(watch([...looks, hangs(65_000)])).toMatchObject({ verdict: 'inconclusive' });
    expect(watch([0, 5_000].map((at) => seen(at, { ...well, probing: true, probeBeganAtMs: T })))).toMatchObject({
      verdict: 'pending',
    });
  });

  it('gives one of ours that is slow three times as long as the last one took', () => {
    const slow = { ...well, probing: true, probe: { outcome: 'ok', atMs: T + 1_500, durationMs: 1_500 } } as const;
    const looks = [0, 5_000].map((at) => seen(at, { ...slow, probeBeganAtMs: T + 500 }));
    expect(watch(looks)).toMatchObject({ verdict: 'pass' });
  });

  it('waits for Docker to look again where ours has failed since', () => {
    const failing = [0, 5_000].map((at) => seen(at, { ...well, ...own(at, 'failed') }));
    expect(watch(failing)).toMatchObject({ verdict: 'pending' });
    const later = seen(9_000, { health: 'healthy', probed: 8_950, ...own(8_900, 'failed') });
    expect(watch([...failing, later])).toMatchObject({ verdict: 'pass' });
    expect(watch([...failing, seen(65_000, { ...well, ...own(64_900, 'failed') })])).toMatchObject({
      verdict: 'inconclusive',
    });
    expect(watch(failing, { wasSick: true })).toMatchObject({ verdict: 'pass' });
  });

  it("waits for our own probe where one of ours, before the watch, has cleared Docker's unhealthy", () => {
    const cleared = { health: 'unhealthy', started: -20_000, probed: -500, failingStreak: 4 } as const;
    const looks = [seen(0, { ...cleared, probing: true }), seen(100, { ...cleared, ...own(80, 'ok') })];
    expect(watch(looks)).toMatchObject({ verdict: 'pending' });
    expect(watch([...looks, seen(5_100, { ...cleared, ...own(5_080, 'ok') })])).toMatchObject({ verdict: 'pass' });
    const again = { ...cleared, probed: 3_000, failingStreak: 5 };
    expect(watch([...looks, seen(3_100, { ...again, ...own(2_900, 'ok') })])).toMatchObject({ verdict: 'fail' });
  });

  it("does not take Docker's word of before for a dependent that our own probe finds failing", () => {
    const carried = { createdAtMs: T - 600_000, started: -500_000, ...well } as const;
    const looks = [0, 3_000, 6_000].map((at) => seen(at, { ...carried, ...own(at - 5, 'failed') }));
    expect(watch(looks)).toMatchObject({ verdict: 'pending' });
    expect(watch([0, 5_000].map((at) => seen(at, { ...carried, ...own(at - 5, 'ok') })))).toMatchObject({
      verdict: 'pass',
    });
    // Where we cannot probe, its first gate has waited for Docker to.
    expect(watch([0, 5_000].map((at) => seen(at, carried)))).toMatchObject({ verdict: 'pass' });
  });

  it('lets what may end do so', () => {
    const looks = [seen(0), seen(2_000, { state: 'exited', exitCode: 0 })];
    expect(watch(looks, { mayEnd: true })).toMatchObject({ verdict: 'pass', reason: 'exited with 0' });
    const failed = seen(2_000, { state: 'exited', exitCode: 1 });
    expect(watch([failed], { mayEnd: true })).toMatchObject({ verdict: 'fail' });
  });

  it('fails when the window does not come to its end in time', () => {
    const looks = [0, 20_000, 40_000, 65_000].map((at) => seen(at, { health: 'starting', ...own(at, 'failed') }));
    expect(watch(looks)).toMatchObject({ verdict: 'fail' });
  });

  it('22: says that a service had been restarted before', () => {
    const once = { ...LOOP, restartCount: 1, ...well };
    expect(watch([seen(0, once), seen(5_000, once)])).toMatchObject({ verdict: 'pass', flapping: true });
  });

  it('20: is at once over for a one-shot that has ended well', () => {
    const ended = seen(0, { state: 'exited', exitCode: 0 });
    expect(watch([ended], { kind: 'one-shot', stableForMs: 0 })).toMatchObject({ verdict: 'pass' });
  });

  it('23: lets what was sick before be sick', () => {
    const looks = [seen(0, { health: 'unhealthy', probed: -10 })];
    expect(watch(looks, { wasSick: true })).toMatchObject({ verdict: 'pass' });
  });
});

describe('the end of the window', () => {
  const inMs = (...wellSinceMs: (number | undefined)[]): number =>
    windowEndsInMs(
      wellSinceMs.map((since) => ({ wellSinceMs: since }) as ContainerTrack),
      GATE,
      T + 1_000,
    );

  it('is that of the container that has become well last', () => {
    expect(inMs(T, T + 900, undefined)).toBe(4_900);
  });

  it('is none where nothing is well, or all have been for long enough', () => {
    expect([inMs(), inMs(undefined), inMs(T - 4_000)]).toEqual([Infinity, Infinity, Infinity]);
  });
});
