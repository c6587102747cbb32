import { describe, expect, it } from '@jest/globals';
import type { FormerSelf } from '../../../src/plan/former-self.js';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';
import { planDeployment } from '../../../src/plan/plan-deployment.js';
import { isReplaced } from '../../../src/plan/replace-decision.js';
import type { Plan, Step } from '../../../src/plan/plan.js';
import { after, container, running, service, stack } from './stack.js';

const api = service('api');
const web = service('web', { dependsOn: [after('api', 'healthy')] });
const shop = stack([api, web]);

/** A run whose former self had begun these services; all of them ran before. */
function formerSelf(begun: string[], special: Partial<FormerSelf> = {}): FormerSelf {
  return { begun, containers: { api: [{ state: 'running' }], web: [{ state: 'running' }] }, sick: [], ...special };
}

function stepOf(plan: Plan, name: string): Step | undefined {
  return plan.waves.flat().find((step) => step.service === name);
}

describe('after a reset', () => {
  it('a service that is as asked already is judged and answered for, and not made again', () => {
    const observed = running(shop);
    const plan = planDeployment({ spec: shop, observed, services: [], formerSelf: formerSelf(['api']) });
    const step = stepOf(plan, 'api')!;
    expect(step).toMatchObject({ kind: 'replace', force: false, because: ['was begun before this run was reset'] });
    expect(step.gate).not.toHaveProperty('leftAlone');
    expect(isReplaced(step, observed.containers.slice(0, 1))).toBe(true);
    expect(stepOf(plan, 'web')).toMatchObject({ kind: 'judge' });
    expect(plan.unchanged).toEqual([]);
  });

  it('one that was not asked for is in the plan all the same', () => {
    const plan = planDeployment({
      spec: shop,
      observed: running(shop),
      services: ['web'],
      formerSelf: formerSelf(['api']),
    });
    expect(stepOf(plan, 'api')).toMatchObject({ kind: 'replace' });
  });

  it('one that crash loops by the doing of the former self has to become well, and is not called sick before', () => {
    const looping = container(api, { state: 'restarting', restartCount: 9 });
    const observed = running(shop, { api: [looping] });
    const plan = planDeployment({ spec: shop, observed, services: [], formerSelf: formerSelf(['api']) });
    expect(stepOf(plan, 'api')!.gate).not.toHaveProperty('wasSick');
    expect(plan.warnings.map(({ rule }) => rule)).not.toContain('sick-before');
  });

  it('what depends on it was sick before only if it was when the former self looked', () => {
    const observed = running(shop, { web: [container(web, { health: 'unhealthy' })] });
    const wasSick = (sick: string[]) => {
      const request = { spec: shop, observed, services: [], formerSelf: formerSelf(['api'], { sick }) };
      return stepOf(planDeployment(request), 'web')!.gate.wasSick;
    };
    expect(wasSick([])).toBeUndefined();
    expect(wasSick(['web'])).toBe(true);
  });

  it('one that ran before is not taken for one that may end, whatever it is now', () => {
    const once = stack([service('tool', { restart: 'no', healthcheck: 'none' })]);
    const ended = container(once.services['tool']!, { state: 'exited', exitCode: 0 });
    const observed = running(once, { tool: [ended] });
    const gateAfter = (before: ObservedContainer['state']) =>
      stepOf(
        planDeployment({
          spec: once,
          observed,
          services: [],
          formerSelf: { begun: ['tool'], containers: { tool: [{ state: before }] }, sick: [] },
        }),
        'tool',
      )!.gate;
    expect(gateAfter('running')).not.toHaveProperty('mayEnd');
    expect(gateAfter('exited')).toMatchObject({ mayEnd: true });
  });

  it('what both selves would reach is reached once: a service joined to a begun one is not made again', () => {
    const joined = stack([api, service('sidecar', { joins: ['api'] })]);
    const observed = running(joined);
    const both = planDeployment({ spec: joined, observed, services: [], formerSelf: formerSelf(['api', 'sidecar']) });
    const containers = observed.containers.filter((one) => one.service === 'sidecar');
    expect(isReplaced(stepOf(both, 'sidecar')!, containers)).toBe(true);

    const one = planDeployment({ spec: joined, observed, services: [], formerSelf: formerSelf(['api']) });
    expect(stepOf(one, 'sidecar')).toMatchObject({ force: true });
    expect(isReplaced(stepOf(one, 'sidecar')!, containers)).toBe(false);
  });
});
