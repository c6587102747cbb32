import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dependenciesOf } from '../../../src/plan/blast-radius.js';
import { planDeployment } from '../../../src/plan/plan-deployment.js';
import { mutatingSteps } from '../../../src/plan/plan.js';
import type { ObservedStack } from '../../../src/plan/observed-stack.js';
import type { ServiceSpec, StackSpec } from '../../../src/spec/stack-spec.js';
import { after, container, running, service, stack } from './stack.js';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

interface Drawn {
  spec: StackSpec;
  observed: ObservedStack;
  services: string[];
}

/** Any stack without circles: a service depends on, or joins, only those that were drawn before it. */
const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    links: fc.array(
      fc.array(fc.constantFrom('none', 'started', 'healthy', 'completed', 'restart', 'joins'), {
        minLength: 8,
        maxLength: 8,
      }),
      { minLength: 8, maxLength: 8 },
    ),
    states: fc.array(fc.constantFrom('same', 'same', 'changed', 'absent', 'exited'), { minLength: 8, maxLength: 8 }),
    groups: fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }),
    asked: fc.subarray(NAMES),
    strategy: fc.constantFrom('waves', 'all-at-once'),
    order: fc.shuffledSubarray(NAMES, { minLength: 8, maxLength: 8 }),
  })
  .map(({ links, states, groups, asked, strategy, order }) => {
    const services = order.map((name, index): ServiceSpec => {
      const earlier = order.slice(0, index).map((other, at) => [other, links[index]![at]!] as const);
      return service(name, {
        dependsOn: earlier.flatMap(([other, link]) => {
          if (link === 'none' || link === 'joins') return [];
          return [link === 'restart' ? after(other, 'started', { restart: true }) : after(other, link as 'started')];
        }),
        joins: earlier.filter(([, link]) => link === 'joins').map(([other]) => other),
      });
    });
    const named = (group: number) => order.filter((_, index) => groups[index] === group);
    const spec = stack(services, {
      policy: { groups: { one: named(0), two: named(1) }, start: { strategy: strategy as 'waves', staggerMs: 0 } },
    });
    const observed = running(
      spec,
      Object.fromEntries(
        services.map((each, index) => {
          const state = states[index];
          if (state === 'absent') return [each.name, []];
          if (state === 'exited') return [each.name, [container(each, { state: 'exited', exitCode: 1 })]];
          return [each.name, [container(each, state === 'changed' ? { configHash: 'other' } : {})]];
        }),
      ),
    );
    return { spec, observed, services: asked };
  });

/** The same, with every object's keys the other way round. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map((each: unknown) => reversed(each)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, nested]) => [key, reversed(nested)]),
  ) as T;
}

describe('every plan', () => {
  it('names each service once: in one wave, or as unchanged', () => {
    fc.assert(
      fc.property(drawn, (stackDrawn) => {
        const plan = planDeployment(stackDrawn);
        const named = [...plan.waves.flat().map((step) => step.service), ...plan.unchanged].sort();
        expect(named).toEqual(NAMES);
      }),
    );
  });

  it('has a cause for each step, and changes every service that was asked for and differs', () => {
    fc.assert(
      fc.property(drawn, (stackDrawn) => {
        const plan = planDeployment(stackDrawn);
        expect(plan.waves.flat().filter(({ because }) => because.length === 0)).toEqual([]);
        const changed = mutatingSteps(plan).map((step) => step.service);
        const { observed, services } = stackDrawn;
        const differ = NAMES.filter((name) =>
          observed.containers.every(
            (one) => one.service !== name || one.state !== 'running' || one.configHash === 'other',
          ),
        );
        expect(changed).toEqual(
          expect.arrayContaining(differ.filter((name) => services.length === 0 || services.includes(name))),
        );
      }),
    );
  });

  it('starts nothing before what it depends on', () => {
    fc.assert(
      fc.property(drawn, (stackDrawn) => {
        const { spec } = stackDrawn;
        const { waves } = planDeployment(stackDrawn);
        const place = new Map(
          waves.flatMap((wave, index) => wave.map((step, at) => [step.service, index * 100 + at] as const)),
        );
        const apart = spec.policy.start.strategy === 'waves' ? 100 : 1;
        const onlyJudged = new Set(waves.flat().flatMap(({ kind, service }) => (kind === 'judge' ? [service] : [])));
        const startOf = (name: string) => Math.floor(place.get(name)! / apart);
        const tooEarly = waves.flat().flatMap((step) => {
          if (apart === 1 && onlyJudged.has(step.service)) return [];
          return [...dependenciesOf(spec, step.service)]
            .filter((before) => place.has(before) && !(apart === 1 && onlyJudged.has(before)))
            .filter((before) => startOf(before) >= startOf(step.service))
            .map((before) => `${step.service} before ${before}`);
        });
        expect(tooEarly).toEqual([]);
      }),
    );
  });

  it('is the same whatever the order of keys', () => {
    fc.assert(
      fc.property(drawn, ({ spec, observed, services }) => {
        const groups = spec.policy.groups; // Their order means something.
        const other = { ...reversed(spec), policy: { ...spec.policy, groups } };
        const shuffled = { ...reversed(observed), containers: [...observed.containers].reverse() };
        expect(planDeployment({ spec: other, observed: shuffled, services: [...services].reverse() })).toEqual(
          planDeployment({ spec, observed, services }),
        );
      }),
    );
  });
});
