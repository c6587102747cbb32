import { describe, expect, it } from '@jest/globals';
import { planDifference } from '../../../src/plan/plan-difference.js';
import type { Plan } from '../../../src/plan/plan.js';
import { planOf } from '../../support/fake-steps.js';

const before = { ...planOf([['api'], ['web']]), hash: 'before' };
const now = (change: (plan: Plan) => void): Plan => {
  const plan = structuredClone({ ...before, hash: 'now' });
  change(plan);
  return plan;
};

describe('planDifference', () => {
  it('finds none between plans of one hash', () => {
    expect(planDifference(before, before)).toEqual([]);
  });

  it.each([
    ['a service more', (plan: Plan) => plan.waves.push(...planOf([['db']]).waves), 'replace db (image changed) too'],
    ['a service less', (plan: Plan) => plan.waves.pop(), 'web stays as it is'],
    [
      'other containers',
      (plan: Plan) => (plan.waves[0]![0]!.replaces = ['other']),
      'other containers of api serve than did',
    ],
    ['another image', (plan: Plan) => (plan.waves[0]![0]!.image.id = 'sha256:3'), 'the image of api is another one'],
    [
      'another cause',
      (plan: Plan) => (plan.waves[0]![0]!.because = ['port changed']),
      'api changes in another way (port changed)',
    ],
    [
      'a warning',
      (plan: Plan) => plan.warnings.push({ rule: 'x', severity: 'warning', message: 'sick' }),
      'what is known beforehand differs: order, warnings or orphans',
    ],
  ])('tells of %s', (_, change, text) => {
    expect(planDifference(before, now(change))).toEqual([text]);
  });
});
