import { describe, expect, it } from '@jest/globals';
import { healthBarsOf } from '../../../../src/report/chart/health-bars.js';
import { OTHERS, resourceLinesOf, useSummariesOf } from '../../../../src/report/chart/resource-lines.js';
import { stretchesOf } from '../../../../src/report/chart/stretches.js';
import { timelineOf } from '../../../../src/report/chart/timeline.js';
import { reportOf, type RunReport } from '../../../../src/report/run-report.js';
import { accountOfGolden, sampleOf } from '../../../support/past-run.js';

const seconds = (...pairs: [number, number][]) => pairs.map(([from, to]) => ({ fromMs: from * 1000, toMs: to * 1000 }));

describe('the stretches that charts show', () => {
  it.each([
    ['work without a pause', seconds([0, 10], [5, 20]), seconds([0, 20])],
    ['a pause of a minute', seconds([0, 10], [70, 80]), seconds([0, 80])],
    ['a wait for people', seconds([0, 10], [3600, 3620]), seconds([0, 10], [3600, 3620])],
    ['a pause that is short beside the work', seconds([0, 1000], [1200, 2000]), seconds([0, 2000])],
    ['nothing', [], []],
  ])('%s', (_, busy, stretches) => expect(stretchesOf(busy)).toEqual(stretches));
});

describe('the timeline', () => {
  it('has a lane for the run, and one for each service and each on the twin, in the order of time', async () => {
    const { lanes, bars } = timelineOf(reportOf(await accountOfGolden('deploy-rehearsed'), undefined, { nowMs: 0 }));
    expect(lanes.map(({ name }) => name)).toEqual(['run', 'twin', 'api (twin)', 'web (twin)', 'api', 'web']);
    for (const { name, rows } of lanes) {
      for (let row = 0; row < rows; row += 1) {
        const own = bars.filter((bar) => bar.lane === name && bar.row === row);
        own.slice(1).forEach((bar, index) => expect(bar.fromMs).toBeGreaterThanOrEqual(own[index]!.toMs));
      }
    }
  });

  it('has a step that judges several services in the lane of each', async () => {
    const { bars } = timelineOf(reportOf(await accountOfGolden('rollback-succeeded'), undefined, { nowMs: 0 }));
    expect(bars.filter(({ step }) => step.title === 'watch api, web').map(({ lane }) => lane)).toEqual(['api', 'web']);
  });
});

describe('the health of containers', () => {
  it('lasts from look to look, and at last until the gates were done', async () => {
    const account = await accountOfGolden('deploy-rolled-back');
    const { startedAtMs: atMs = 0 } = account.steps.find(({ activity }) => activity === 'awaitHealth')!;
    const endMs = Math.max(
      ...account.steps.filter(({ service, verdict }) => service === 'api' && verdict).map((step) => step.endedAtMs!),
    );
    const samples = [
      sampleOf({ atMs }),
      sampleOf({ atMs: atMs + 100, health: 'starting', restartCount: 0, failingStreak: 1 }),
      sampleOf({ atMs: atMs + 200, probe: { outcome: 'ok', atMs, durationMs: 1 } }),
      sampleOf({ atMs: atMs + 300, state: 'restarting', restartCount: 2 }),
      sampleOf({ atMs: atMs + 400, health: 'none', container: 'shop-api-2' }),
    ];
    const report: RunReport = { ...reportOf(account, undefined, { nowMs: 0 }), health: [{ service: 'api', samples }] };
    expect(
      healthBarsOf(report).map(({ container, condition, fromMs, toMs }) => [
        container,
        condition,
        fromMs - atMs,
        toMs - atMs,
      ]),
    ).toEqual([
      ['shop-api-1', 'starting', 0, 200],
      ['shop-api-1', 'healthy', 200, 300],
      ['shop-api-1', 'down', 300, endMs - atMs],
      ['shop-api-2', 'running', 400, endMs - atMs],
    ]);
  });
});

describe('what services used', () => {
  const sample = (atMs: number, ...uses: [string, number, number][]) => ({
    atMs,
    containers: uses.map(([container, cpuMs, memoryBytes]) => ({
      container,
      service: container.split('-')[0]!,
      cpuMs,
      memoryBytes,
    })),
  });

  it('is the sum over its containers, processor time as a share of one between two samples', () => {
    const points = resourceLinesOf([
      sample(0, ['api-1', 0, 10], ['api-2', 50, 5]),
      sample(1000, ['api-1', 500, 20], ['api-2', 150, 5]),
    ]);
    expect(points).toEqual([
      { atMs: 0, service: 'api', memoryBytes: 15 },
      { atMs: 1000, service: 'api', memoryBytes: 25, cpu: 0.6 },
    ]);
  });

  it('does not count backwards where a container is new under an old name', () => {
    expect(resourceLinesOf([sample(0, ['api-1', 900, 1]), sample(1000, ['api-1', 10, 1])])[1]).toEqual({
      ...{ atMs: 1000, service: 'api', memoryBytes: 1 },
    });
  });

  it('is added up where there are more services than lines that can be told apart', () => {
    const uses = Array.from({ length: 9 }, (_, index): [string, number, number] => [`s${index}-1`, 0, 100 - index]);
    const summaries = useSummariesOf(resourceLinesOf([sample(0, ...uses)]));
    expect(summaries.map(({ service }) => service)).toEqual([OTHERS, 's0', 's1', 's2', 's3', 's4', 's5', 's6']);
    expect(summaries[0]).toEqual({ service: OTHERS, peakMemoryBytes: 93 + 92 });
  });
});
