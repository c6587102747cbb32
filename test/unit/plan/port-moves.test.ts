import { describe, expect, it } from '@jest/globals';
import { obstacles } from '../../../src/plan/obstacles.js';
import { planDeployment } from '../../../src/plan/plan-deployment.js';
import type { HostPort } from '../../../src/plan/addresses.js';
import type { ServiceSpec } from '../../../src/spec/stack-spec.js';
import { after, container, running, service, stack } from './stack.js';

const port = (hostPort: number): HostPort => ({ hostIp: '0.0.0.0', hostPort, protocol: 'tcp' });
const published = (hostPort: number) => ({ ...port(hostPort), hostIp: '', containerPort: 80 });

/** Plans for services that are all changed, of which some hold ports now. */
function planned(services: ServiceSpec[], held: Record<string, number>, policy: Parameters<typeof stack>[1] = {}) {
  const spec = stack(services, policy);
  const changed = services.map((each): [string, ReturnType<typeof container>[]] => [
    each.name,
    [
      container(each, {
        configHash: 'other',
        ...(held[each.name] === undefined ? {} : { ports: [port(held[each.name]!)] }),
      }),
    ],
  ]);
  const request = { spec, observed: running(spec, Object.fromEntries(changed)), services: [] };
  const plan = planDeployment(request);
  const waves = plan.waves.map((wave) => wave.map((step) => step.service));
  return { waves, found: obstacles(request, plan).map(({ rule, service: one, message }) => [rule, one, message]) };
}

describe('a port that moves to another service', () => {
  const moving = [service('api', { ports: [published(8080)] }), service('web')];

  it('is given up in an earlier wave than the one in which it is taken', () => {
    expect(planned(moving, {})).toMatchObject({ waves: [['api', 'web']], found: [] });
    expect(planned(moving, { web: 8080 })).toEqual({ waves: [['web'], ['api']], found: [] });
  });

  it('is given up first where the services of a wave follow each other', () => {
    const start = { strategy: 'all-at-once' as const, staggerMs: 0 };
    expect(planned(moving, { web: 8080 }, { policy: { start } })).toEqual({ waves: [['web', 'api']], found: [] });
  });

  it('comes before what groups say', () => {
    const policy = { groups: { first: ['api'], second: ['web'] } };
    expect(planned(moving, { web: 8080 }, { policy })).toEqual({ waves: [['web'], ['api']], found: [] });
  });

  it('stops the plan where it would have to be taken before it is given up', () => {
    const [api, web] = moving as [ServiceSpec, ServiceSpec];
    const { found } = planned([api, { ...web, dependsOn: [after('api')] }], { web: 8080 });
    expect(found).toEqual([['port-moves', 'api', expect.stringMatching(/port 8080.* from web.*starts after api/)]]);
  });

  it('stops the plan where two services change ports with each other', () => {
    const both = [service('api', { ports: [published(8080)] }), service('web', { ports: [published(9090)] })];
    const { found } = planned(both, { api: 9090, web: 8080 });
    expect(found).toMatchObject([['port-moves', expect.any(String), expect.any(String)]]);
  });

  it('is of no account where its holder keeps it, or where nobody here holds it', () => {
    const both = [service('api', { ports: [published(8080)] }), service('web', { ports: [published(9090)] })];
    expect(planned(both, { api: 8080, web: 9090 })).toEqual({ waves: [['api', 'web']], found: [] });
  });
});
