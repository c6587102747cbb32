import { describe, expect, it } from '@jest/globals';
import { relapseOf } from '../../../src/gates/last-look.js';
import type { Sample } from '../../../src/gates/verdict.js';
import type { GateSpec } from '../../../src/plan/plan.js';
import { GATE, own, restart, seen } from './gate-play.js';

const relapse = (sample: Sample | Sample[], { gate = {}, by = 0 }: { gate?: Partial<GateSpec>; by?: number } = {}) =>
  relapseOf([sample].flat(), { ...GATE, ...gate }, by);
const unhealthy = (at: number) => seen(at, { health: 'unhealthy', probed: at - 100 });

describe('the last look at a service whose gates have passed', () => {
  it('finds nothing where it is well, is starting again, or has no healthcheck', () => {
    for (const health of ['none', 'starting', 'healthy'] as const) {
      expect(relapse(seen(60_000, { health, probed: 59_900 }))).toBeUndefined();
    }
  });

  it('finds that it has turned unhealthy, unless its healthcheck says otherwise right now', () => {
    expect(relapse(unhealthy(60_000))).toBe('unhealthy, 3 failed probes in a row');
    expect(relapse({ ...unhealthy(60_000), ...own(60_000, 'failed') })).toContain('unhealthy');
    expect(relapse({ ...unhealthy(60_000), ...own(60_000, 'ok') })).toBeUndefined();
  });

  it('finds that it has restarted since, although it runs', () => {
    const again = seen(60_000, { ...restart('always'), restartCount: 3 });
    expect(relapse(again, { by: 1 })).toBe('restarted 2 times since its gate');
    expect(relapse(again, { by: 3 })).toBeUndefined();
    expect(relapseOf([again], GATE, undefined)).toBeUndefined();
    const second = seen(60_000, { id: 'b', number: 2 });
    expect(relapse([second, again], { by: 2 })).toBe('restarted once since its gate');
  });

  it('expects nothing more of what was sick before, or is meant to end', () => {
    for (const gate of [{ wasSick: true }, { kind: 'one-shot' }] as const) {
      expect(relapse({ ...unhealthy(60_000), restartCount: 9 }, { gate })).toBeUndefined();
    }
  });
});
