import { describe, expect, it } from '@jest/globals';
import { planDeployment } from '../../../src/plan/plan-deployment.js';
import { after, container, running, service, stack } from './stack.js';

function waveNames(spec: ReturnType<typeof stack>, observed = { ...running(spec), containers: [] as never[] }) {
  return planDeployment({ spec, observed, services: [] }).waves.map((wave) => wave.map((step) => step.service));
}

describe('waves', () => {
  it('follow the groups where depends_on is silent, and depends_on where both speak', () => {
    const services = [
      service('web', { dependsOn: [after('api')] }),
      service('api'),
      service('cache', { dependsOn: [after('web')] }),
      service('other'),
    ];
    const groups = { infrastructure: ['cache'], backend: ['api'], frontend: ['web', 'gone'] };
    expect(waveNames(stack(services))).toEqual([['api', 'other'], ['web'], ['cache']]);
    expect(waveNames(stack(services, { policy: { groups } }))).toEqual([['api', 'other'], ['web'], ['cache']]);
    const free = [service('web'), service('api'), service('cache'), service('other')];
    expect(waveNames(stack(free, { policy: { groups } }))).toEqual([['cache', 'other'], ['api'], ['web']]);
  });

  it('keep the order of services that are connected only through one that does not change', () => {
    const spec = stack([
      service('a'),
      service('b', { dependsOn: [after('a')] }),
      service('c', { dependsOn: [after('b')] }),
    ]);
    const changed = (name: string) => [container(spec.services[name]!, { configHash: 'other' })];
    const stopped = container(spec.services['b']!, { state: 'exited', exitCode: 0 });
    const plan = planDeployment({
      spec,
      observed: running(spec, { a: changed('a'), b: [stopped], c: changed('c') }),
      services: ['a', 'c'],
    });
    expect(plan.waves.map((wave) => wave.map((step) => step.service))).toEqual([['a'], ['b'], ['c']]);
  });

  it('are one wave, in order, where versions cannot run mixed', () => {
    const services = [
      service('api', { dependsOn: [after('db')] }),
      service('db'),
      service('web', { dependsOn: [after('api')] }),
    ];
    expect(waveNames(stack(services, { policy: { start: { strategy: 'all-at-once', staggerMs: 0 } } }))).toEqual([
      ['db', 'api', 'web'],
    ]);
  });

  it('keep one-shots apart even then, and judge last', () => {
    const start = { strategy: 'all-at-once', staggerMs: 0 } as const;
    const spec = stack(
      [
        service('db'),
        service('migrate', { restart: 'no', dependsOn: [after('db')] }),
        service('api', { dependsOn: [after('migrate', 'completed')] }),
        service('worker', { dependsOn: [after('db')] }),
        service('web', { dependsOn: [after('api')] }),
      ],
      { policy: { start } },
    );
    expect(waveNames(spec)).toEqual([['db', 'worker'], ['migrate'], ['api', 'web']]);
    const changed = container(spec.services['worker']!, { configHash: 'other' });
    const observed = running(spec, {
      migrate: [container(spec.services['migrate']!, { state: 'exited', exitCode: 0 })],
      worker: [changed],
    });
    expect(
      planDeployment({ spec, observed, services: [] }).waves.map((wave) => wave.map((step) => step.service)),
    ).toEqual([['worker']]);
  });

  it('refuse a circle, and show it', () => {
    const spec = stack([
      service('a', { dependsOn: [after('c')] }),
      service('b', { dependsOn: [after('a')] }),
      service('c', { dependsOn: [after('b')] }),
    ]);
    expect(() => waveNames(spec)).toThrow(
      'the services depend on each other in a circle: a → c → b → a; take one depends_on out',
    );
  });
});
