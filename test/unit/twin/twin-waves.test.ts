import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../../../src/plan/plan.js';
import { twinWaves } from '../../../src/twin/twin-waves.js';
import { planOf } from '../../support/fake-steps.js';
import { after, service, stack } from '../plan/stack.js';

describe('twinWaves', () => {
  const spec = stack([
    service('db'),
    service('migrate', { restart: 'no', dependsOn: [after('db', 'healthy')] }),
    service('seed', { restart: 'no', healthcheck: 'none' }),
    service('api', { dependsOn: [after('migrate', 'completed'), after('seed')] }),
  ]);

  it('starts what is needed before what is rehearsed, each with a gate of its own', () => {
    const plan: Plan = planOf([['api']]);
    const [first, second, third] = twinWaves(plan, spec, { spec, rehearsed: ['api'] });
    expect(first!.map((step) => step.service)).toEqual(['db', 'seed']);
    expect(second).toMatchObject([
      { service: 'migrate', because: ['what is rehearsed needs it'], gate: { kind: 'one-shot' } },
    ]);
    expect(third).toMatchObject([
      { service: 'api', kind: 'replace', because: ['rehearsal'], replaces: [], image: { id: 'sha256:2' } },
    ]);
    expect(first!.map(({ gate }) => gate.mayEnd ?? false)).toEqual([false, true]);
  });

  it('does not wait for long to see that it stays well, and judges nothing by what was before', () => {
    const plan = planOf([['api']]);
    Object.assign(plan.waves[0]![0]!.gate, { stableForMs: 60_000, leftAlone: true });
    const gate = twinWaves(plan, spec, { spec, rehearsed: ['api'] }).at(-1)![0]!.gate;
    expect(gate).toMatchObject({ stableForMs: 1000, timeoutMs: 5000 });
    expect(gate).not.toHaveProperty('leftAlone');
  });
});
