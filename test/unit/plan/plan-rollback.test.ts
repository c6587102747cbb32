import { describe, expect, it } from '@jest/globals';
import { planDifference } from '../../../src/plan/plan-difference.js';
import { planRollback, type TargetService } from '../../../src/plan/plan-rollback.js';
import { renderPlan } from '../../../src/plan/render-plan.js';
import { isServing } from '../../../src/plan/serving.js';
import { after, container, imageId, service, stack } from './stack.js';

const db = service('db');
const api = service('api', { dependsOn: [after('db')] });
const sidecar = service('sidecar', { joins: ['api'] });
const web = service('web', { dependsOn: [after('api')] });
const SPEC = stack([db, api, sidecar, web]);
const OBSERVED = { containers: [db, api, sidecar, web].map((each) => container(each)) };

function target(name: string, special: Partial<TargetService> = {}): [string, TargetService] {
  const recorded = { imageRef: `${name}:1`, imageId: imageId(`${name}:1`), configHash: `config-${name}`, scale: 1 };
  return [name, { ...recorded, same: true, ...special }];
}

const ALL = ['db', 'api', 'sidecar', 'web'];

function planOf(services: [string, TargetService][], observed = OBSERVED) {
  const facts = { release: '2', spec: SPEC, observed, sick: ['web'], services: Object.fromEntries(services) };
  const { waves, unchanged } = planRollback(facts);
  const steps = waves.map((wave) => wave.map((step) => `${step.kind} ${step.service}`));
  return { steps, unchanged, waves };
}

describe('the plan of a rollback', () => {
  it('changes what differs and what joins it, judges who depends on that, and leaves the rest alone', () => {
    const api1 = target('api', { imageId: imageId('api:0'), same: false });
    const { steps, unchanged, waves } = planOf([target('db'), api1, target('sidecar'), target('web')]);
    expect(steps).toEqual([['replace api'], ['replace sidecar', 'judge web']]);
    expect(unchanged).toEqual(['db']);
    expect(waves[0]![0]).toMatchObject({
      image: { id: imageId('api:0') },
      because: [expect.stringMatching(/^image: /)],
    });
    expect(waves[1]![1]!.gate).toMatchObject({ leftAlone: true, wasSick: true });
  });

  it('is empty where everything is the same', () => {
    expect(planOf(ALL.map((name) => target(name)))).toMatchObject({ steps: [], unchanged: [...ALL].sort() });
  });

  it('takes away first what the release did not have, and makes what is not there', () => {
    const observed = { containers: [container(db), container(service('extra'))] };
    const { steps, waves } = planOf([target('db'), target('api', { same: false })], observed);
    expect(steps).toEqual([['replace extra'], ['replace api']]);
    expect(waves[0]![0]).toMatchObject({ scale: 0, because: ['release 2 does not have it: it goes'] });
    expect(waves[1]![0]!.because).toEqual(['release 2 has it, and it is not there']);
  });

  it('starts services again that rest for their data, and has the data in its hash but not what was written since', () => {
    const api1 = target('api', { same: false });
    const data = {
      ...{ backup: 'b', atMs: 0, stores: [{ store: 'postgres-db', service: 'db', volume: 'pg' }] },
      ...{ resting: ['db', 'api', 'web', 'gone'], writes: [] },
    };
    const services = Object.fromEntries([target('db'), api1, target('sidecar'), target('web')]);
    const facts = { release: '2', spec: SPEC, observed: OBSERVED, sick: [], services };
    const plan = planRollback({ ...facts, data });
    const steps = plan.waves.map((wave) => wave.map(({ kind, service }) => `${kind} ${service}`));
    expect(steps).toEqual([['restart db'], ['replace api'], ['replace sidecar', 'restart web']]);
    expect(plan.unchanged).toEqual([]);
    const text = renderPlan(plan);
    expect(text).toContain('data as in the backup b, begun at 1970-01-01T00:00:00.000Z');

    const writes = [{ store: 'postgres-db', service: 'db', counted: [], unknown: 'it does not answer' }];
    const later = planRollback({ ...facts, data: { ...data, writes } });
    expect(later.hash).toBe(plan.hash);
    expect(renderPlan(later)).toContain('postgres-db  now cannot be counted: it does not answer');
    const other = planRollback({ ...facts, data: { ...data, backup: 'c' } });
    expect(planDifference(plan, other)).toEqual([expect.stringContaining('the data')]);
    expect(planRollback(facts).hash).not.toBe(plan.hash);
  });

  it('brings services of a baseline back that no configuration names', () => {
    expect(planOf([...ALL.map((name) => target(name)), target('old', { same: false })]).steps).toEqual([
      ['replace old'],
    ]);
  });
});

describe('whether a release is what serves', () => {
  const recorded = Object.fromEntries(ALL.map((name) => target(name)));

  it('goes by its services, their images, configurations and scales', () => {
    expect(isServing(recorded, OBSERVED)).toBe(true);
    expect(isServing(recorded, { containers: OBSERVED.containers.slice(1) })).toBe(false);
    expect(isServing(recorded, { containers: [...OBSERVED.containers, container(service('extra'))] })).toBe(false);
    const [first, ...others] = OBSERVED.containers;
    expect(isServing(recorded, { containers: [{ ...first!, imageId: 'sha256:other' }, ...others] })).toBe(false);
    expect(isServing(recorded, { containers: [{ ...first!, configHash: 'other' }, ...others] })).toBe(false);
  });
});
