import { describe, expect, it } from '@jest/globals';
import { reachedServices } from '../../../src/backup/reach.js';
import { specFromRendered } from '../../../src/spec/from-rendered.js';
import { DEFAULT_POLICY } from '../../../src/spec/schema.js';

type Services = Record<string, Record<string, unknown>>;

function reached(services: Services, ...changed: string[]): string[] {
  const rendered = {
    services: Object.fromEntries(
      Object.entries(services).map(([name, service]) => [name, { networks: { default: null }, ...service }]),
    ),
  };
  const facts = {
    project: 'shop',
    policy: DEFAULT_POLICY,
    health: {},
    inactiveServices: [],
    configHashes: {},
    contentHashes: {},
  };
  return [...reachedServices(rendered, specFromRendered(rendered, facts), changed)].sort();
}

describe('what changed services can reach', () => {
  it('is what they depend on, and what that depends on', () => {
    const services = { web: { depends_on: { api: {} } }, api: { depends_on: { db: {} } }, db: {}, cache: {} };
    expect(reached(services, 'web')).toEqual(['api', 'db', 'web']);
  });

  it('is whom their environment or command names, as a word', () => {
    const services = {
      api: { environment: { DATABASE_URL: 'postgres://u:p@db:5432/x', NOTE: 'cache-me, precache' } },
      worker: { command: ['run', '--redis', 'redis://store/0'] },
      db: {},
      cache: {},
      redis: { networks: { default: { aliases: ['store'] } } },
      named: { container_name: 'old-db' },
    };
    expect(reached(services, 'api')).toEqual(['api', 'db']);
    expect(reached(services, 'worker')).toEqual(['redis', 'worker']);
    expect(reached({ ...services, x: { environment: { H: 'old-db' } } }, 'x')).toEqual(['named', 'x']);
  });

  it('is all on its networks where it says nothing', () => {
    const services = { api: {}, db: {}, apart: { networks: { other: null } } };
    expect(reached(services, 'api')).toEqual(['api', 'db']);
  });

  it('is the joined service as well', () => {
    const services = { side: { network_mode: 'service:db', networks: undefined }, db: {}, cache: {} };
    expect(reached(services as unknown as Services, 'side')).toEqual(['db', 'side']);
  });
});
