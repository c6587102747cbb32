import { describe, expect, it } from '@jest/globals';
import { obstacles } from '../../../src/plan/obstacles.js';
import { planDeployment, type PlanRequest } from '../../../src/plan/plan-deployment.js';
import { container, running, service, stack } from './stack.js';

const api = service('api');
const spec = stack([api]);

function found(request: PlanRequest) {
  return obstacles(request, planDeployment(request)).map(({ rule, remedy }) => ({ rule, remedy }));
}

describe('an image that is not here', () => {
  const observed = running(spec, { api: [container(api, { configHash: 'other' })] }, { images: { 'api:1': null } });

  it('stops a plan that would need it', () => {
    expect(found({ spec, observed, services: [] })).toEqual([
      {
        rule: 'image-missing',
        remedy: 'docker tag 6170693a3100 api:1, which is what it runs now; or deploy api too, so that it is made',
      },
    ]);
  });

  it('is no obstacle before the builds, nor where nothing changes', () => {
    expect(found({ spec, observed, services: [], mayChange: {} })).toEqual([]);
    expect(found({ spec, observed: running(spec, {}, { images: { 'api:1': null } }), services: [] })).toEqual([]);
  });
});
