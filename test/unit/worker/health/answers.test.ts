import { describe, expect, it } from '@jest/globals';
import type { HealthReport } from '../../../../src/spec/check-report.js';
import type { HealthState } from '../../../../src/store/health-state.js';
import type { Release } from '../../../../src/store/releases.js';
import {
  detailedAnswer,
  healthAnswer,
  nowAnswer,
  storeAnswer,
  wantedServices,
} from '../../../../src/worker/health/answers.js';
import { metricsText, RunCounts } from '../../../../src/worker/health/metrics.js';
import { container, service, stack } from '../../plan/stack.js';

const AT = Date.parse('2026-01-01T00:00:00Z');
const REPORT: HealthReport = {
  ...{ stack: 'shop', host: 'h', health: 'unhealthy', reason: 'db: it has no container', warnings: [] },
  stores: [
    { service: 'db', type: 'database' },
    { service: 'cache', type: 'redis' },
  ],
  layers: [
    {
      ...{ layer: 'infrastructure', verdict: 'fail' },
      checks: [
        { check: 'container', service: 'db', verdict: 'fail', reason: 'it has no container' },
        { check: 'round-trip', service: 'cache', verdict: 'pass', reason: 'a key was written and read back' },
      ],
    },
  ],
  trend: { failuresInARow: 2, downSinceMs: AT - 60_000, sinceMs: AT - 60_000, before: 'healthy' },
  ...{ atMs: AT, durationMs: 400 },
};
const minutes = (count: number): number => AT + count * 60_000;
/** A look, and after how many minutes others were due. */
const look = (special: Partial<HealthReport> = {}, due?: number[]): HealthState => ({
  ...{ runId: '1', restarts: {}, tables: {}, report: { ...REPORT, ...special } },
  ...(due === undefined ? {} : { due: { times: due.map(minutes), askedAtMs: 0 } }),
});

describe('answers from the last look', () => {
  it('say in short, and in full, that a stack is unhealthy', () => {
    expect(healthAnswer('shop', look(), AT + 30_000)).toEqual({
      httpStatus: 503,
      body: {
        ...{ stack: 'shop', status: 'unhealthy', reason: 'db: it has no container', trend: REPORT.trend },
        ...{ at: '2026-01-01T00:00:00.000Z', ageSeconds: 30 },
      },
    });
    expect(detailedAnswer('shop', look(), AT).body).toMatchObject({ layers: REPORT.layers });
  });

  it('are good for what is healthy, and for what could not be told', () => {
    for (const health of ['healthy', 'inconclusive'] as const) {
      expect(healthAnswer('shop', look({ health }), AT)).toMatchObject({ httpStatus: 200, body: { status: health } });
    }
  });

  it('know nothing before the first look, and nothing any more when looks have stopped', () => {
    const unknown = { httpStatus: 503, body: { status: 'unknown' } };
    expect(healthAnswer('shop', undefined, AT)).toMatchObject(unknown);
    const healthy = { health: 'healthy' as const };
    for (const due of [[1, 2, 3, 4], undefined]) {
      expect(healthAnswer('shop', look(healthy, due), minutes(9)).httpStatus).toBe(200);
      expect(healthAnswer('shop', look(healthy, due), minutes(11))).toMatchObject(unknown);
    }
    // Each hour, and one was asked for in between.
    expect(healthAnswer('shop', look(healthy, [50, 110, 170, 230]), minutes(169)).httpStatus).toBe(200);
    expect(healthAnswer('shop', look(healthy, [50, 110, 170, 230]), minutes(171))).toMatchObject(unknown);
  });

  it('tell stores apart', () => {
    expect(storeAnswer('shop', 'database', look(), AT)).toMatchObject({
      httpStatus: 503,
      body: { checks: [{ service: 'db' }] },
    });
    expect(storeAnswer('shop', 'redis', look(), AT)).toMatchObject({ httpStatus: 200, body: { status: 'healthy' } });
    expect(storeAnswer('shop', 'redis', look({ stores: [] }), AT).httpStatus).toBe(404);
  });
});

type Seen = ReturnType<typeof container>;

describe('nowAnswer', () => {
  const SERVICES = [service('api'), service('db'), service('once', { restart: 'no', healthcheck: 'inherit' })];
  const [api, db, once] = SERVICES.map((each) => container(each)) as [Seen, Seen, Seen];
  const released = { services: { api: { state: 'running' }, db: { state: 'stopped' } } } as unknown as Release;
  it.each([
    ['all run', [api, db], undefined, 200, 200],
    ['one is sick', [{ ...api, health: 'unhealthy' as const }, db], undefined, 200, 503],
    ['one starts', [{ ...api, health: 'starting' as const }, db], undefined, 200, 503],
    ['one has ended', [api, { ...db, state: 'exited' as const, exitCode: 1 }], undefined, 503, 503],
    ['a server was stopped', [api, { ...db, state: 'exited' as const, exitCode: 0 }], undefined, 503, 503],
    ['one has ended well, as it may', [api, { ...once, state: 'exited' as const, exitCode: 0 }], undefined, 200, 200],
    ['one that was released is gone', [db], released, 503, 503],
    ['one is away, as when it was released', [api], released, 200, 200],
    ['nothing is there', [], undefined, 503, 503],
  ])('%s', (_, containers, release, alive, ready) => {
    const here = SERVICES.filter(({ name }) => containers.some((container) => container.service === name));
    const wanted = wantedServices(release, stack(here), containers);
    expect(nowAnswer('shop', 'liveness', containers, wanted).httpStatus).toBe(alive);
    expect(nowAnswer('shop', 'readiness', containers, wanted).httpStatus).toBe(ready);
  });
});

describe('metricsText', () => {
  it('has each stack by what it is, and runs by their outcome', () => {
    const runs = new RunCounts();
    for (const durationMs of [1000, 2500]) {
      runs.add({ runId: `${durationMs}`, stack: 'shop', runbook: 'deploy', outcome: 'rolled-back', durationMs });
    }
    const lines = metricsText([{ stack: 'shop', look: look() }], runs).split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
      'evenkeel_stack_health{stack="shop",health="healthy"} 0',
      'evenkeel_stack_health{stack="shop",health="unhealthy"} 1',
      'evenkeel_stack_health{stack="shop",health="inconclusive"} 0',
      'evenkeel_stack_failures_in_a_row{stack="shop"} 2',
      `evenkeel_stack_down_since_seconds{stack="shop"} ${AT / 1000 - 60}`,
      `evenkeel_stack_looked_at_seconds{stack="shop"} ${AT / 1000}`,
      'evenkeel_stack_look_duration_seconds{stack="shop"} 0.4',
      'evenkeel_stack_warnings{stack="shop"} 0',
      'evenkeel_runs_total{stack="shop",runbook="deploy",outcome="rolled-back"} 2',
      'evenkeel_run_duration_seconds_sum{stack="shop",runbook="deploy",outcome="rolled-back"} 3.5',
      'evenkeel_run_duration_seconds_count{stack="shop",runbook="deploy",outcome="rolled-back"} 2',
    ]);
  });
});
