import { describe, expect, it } from '@jest/globals';
import { imageSources, type ImageRequest } from '../../../src/spec/image-sources.js';
import type { ServiceSpec } from '../../../src/spec/stack-spec.js';
import { after, service, stack } from '../plan/stack.js';

const BUILD = { context: '/shop' };

function sources(services: ServiceSpec[], request: Partial<ImageRequest> = {}): Record<string, string> {
  const found = imageSources(stack(services), { services: [], pull: false, here: new Set(), ...request });
  return Object.fromEntries(found.map((each) => [each.service, each.source]));
}

describe('imageSources', () => {
  it('builds what has a build, pulls what is missing, and leaves the rest', () => {
    const services = [service('api', { build: BUILD }), service('db'), service('redis')];
    const here = new Set(['api:1', 'redis:1']);
    expect(sources(services, { here })).toEqual({ api: 'build', db: 'pull', redis: 'present' });
    expect(sources(services, { here, pull: true })).toEqual({ api: 'build', db: 'pull', redis: 'pull' });
  });

  it('follows the pull policy', () => {
    const services = [
      service('always', { pullPolicy: 'always' }),
      service('never', { pullPolicy: 'never' }),
      service('own', { build: BUILD, pullPolicy: 'never' }),
    ];
    expect(sources(services, { here: new Set(['always:1']), pull: true })).toEqual({
      always: 'pull',
      never: 'present',
      own: 'present',
    });
  });

  it('pulls no image that another service builds, and builds it although only its user was asked for', () => {
    const services = [service('api', { build: BUILD }), service('worker', { image: 'api:1' })];
    expect(sources(services, { pull: true })).toEqual({ api: 'build', worker: 'present' });
    expect(sources(services, { services: ['worker'] })).toEqual({ api: 'build', worker: 'present' });
    expect(sources(services, { services: ['worker'], here: new Set(['api:1']) })).toEqual({ worker: 'present' });
  });

  it('brings along what is needed and missing, and nothing else', () => {
    const optional = after('extra', 'started', { required: false });
    const services = [
      service('db'),
      service('migrate', { build: BUILD, dependsOn: [after('db')] }),
      service('extra'),
      service('api', { dependsOn: [after('migrate', 'completed'), optional] }),
      service('web'),
    ];
    expect(sources(services, { services: ['api'] })).toEqual({ api: 'pull', db: 'pull', migrate: 'build' });
    const here = new Set(['api:1', 'migrate:1']);
    expect(sources(services, { services: ['api'], here })).toEqual({ api: 'present' });
  });
});
