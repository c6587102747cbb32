import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../../../src/plan/plan.js';
import { outagesOf } from '../../../src/report/outages.js';
import type { RunAccount, StepAccount } from '../../../src/report/run-account.js';
import type { RunEvidence } from '../../../src/report/run-evidence.js';
import { accountOfGolden, sampleOf } from '../../support/past-run.js';

/** A step of `api` that lasts from one second to another. */
function step(activity: string, from: number, to: number | undefined, rest: Partial<StepAccount> = {}): StepAccount {
  return {
    ...{ event: from, activity, title: `${activity} api`, service: 'api', attempts: 1, state: 'done' },
    ...{ askedAtMs: from * 1000, startedAtMs: from * 1000 },
    ...(to === undefined ? {} : { endedAtMs: to * 1000 }),
    ...rest,
  };
}

const well = (from: number, to: number) => step('awaitHealth', from, to, { verdict: 'pass' });

function account(...steps: StepAccount[]): RunAccount {
  return {
    ...{ workflowId: 'w', runId: 'r', type: 'deploy', stack: 'shop', status: 'completed', startedAtMs: 0 },
    ...{ steps, messages: [] },
  };
}

function evidence(rest: Partial<RunEvidence> = {}): RunEvidence {
  return { folder: '/', runningBefore: ['api'], health: [], resources: [], scans: [], endpoints: [], ...rest };
}

const outages = (steps: StepAccount[], seen = evidence()) =>
  outagesOf(account(...steps), seen).map(({ fromMs, toMs, until }) => [fromMs, toMs, until]);

describe('the outage of a service', () => {
  it('lasts from the step that took the old one away until the gate of the new one saw it well', () => {
    expect(outagesOf(account(step('replaceService', 1, 3), well(3, 5)), evidence())).toEqual([
      { service: 'api', fromMs: 1000, toMs: 5000, by: 'replaceService api', until: 'well' },
    ]);
  });

  it('begins when the new container was created, where a gate has seen that, and the clocks agree', () => {
    const created = (createdAtMs: number) =>
      evidence({ health: [{ service: 'api', samples: [sampleOf({ atMs: 4000, createdAtMs })] }] });
    expect(outages([step('replaceService', 1, 3), well(3, 5)], created(1600))).toEqual([[1600, 5000, 'well']]);
    expect(outages([step('replaceService', 1, 3), well(3, 5)], created(900))).toEqual([[1000, 5000, 'well']]);
  });

  it('goes on until what was there before is well again', () => {
    const failed = step('awaitHealth', 3, 6, { verdict: 'fail' });
    expect(outages([step('replaceService', 1, 3), failed, step('restoreService', 6, 7), well(7, 9)])).toEqual([
      [1000, 9000, 'well'],
    ]);
  });

  it('comes twice where a service that was well is taken back with the others', () => {
    const taken = [step('stopService', 6, 7), step('restoreService', 7, 8), well(8, 9)];
    expect(outages([step('replaceService', 1, 3), well(3, 5), ...taken])).toEqual([
      [1000, 5000, 'well'],
      [6000, 9000, 'well'],
    ]);
  });

  it('ends when it is back, where no gate is asked, and not at all where it is not back', () => {
    expect(outages([step('restService', 1, 2), step('restoreService', 4, 5)])).toEqual([[1000, 5000, 'back']]);
    expect(outages([step('replaceService', 1, undefined, { state: 'running' })])).toEqual([[1000, undefined, 'never']]);
  });

  it('is none where nothing served, where nothing was touched, on the twin, and of what is meant to end', () => {
    const replaced = [step('replaceService', 1, 3), well(3, 5)];
    expect(outages(replaced, evidence({ runningBefore: ['web'] }))).toEqual([]);
    expect(outages([step('restoreService', 1, 3, { untouched: true })])).toEqual([]);
    expect(outages([step('replaceService', 1, 3, { onTwin: true })])).toEqual([]);
    const plan = { waves: [[{ service: 'api', kind: 'run-again', gate: { kind: 'one-shot' } }]] } as unknown as Plan;
    expect(outages(replaced, evidence({ plan }))).toEqual([]);
  });

  it('is told by verdicts on several services in one step too', () => {
    const judged = step('judgeServices', 3, 5, {
      judged: [{ service: 'api', verdict: 'pass', reason: 'healthy' }],
    });
    const { service: _service, ...together } = judged;
    expect(outages([step('replaceService', 1, 3), together as StepAccount])).toEqual([[1000, 5000, 'well']]);
  });

  it.each([
    ['deploy-rolled-back', ['api']],
    ['deploy-rehearsed', ['api', 'web']],
    // A first deployment: nothing had served.
    ['deploy-succeeded', []],
    ['rollback-succeeded', ['api', 'web']],
    ['deploy-rejected', []],
  ])('is found in the history of a run that was: %s', async (name, services) => {
    const found = outagesOf(await accountOfGolden(name), undefined);
    expect(found.map(({ service }) => service)).toEqual(services);
    for (const { fromMs, toMs, until } of found) {
      expect(until).toBe('well');
      expect(toMs!).toBeGreaterThan(fromMs);
    }
  });
});
