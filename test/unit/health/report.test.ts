import { describe, expect, it } from '@jest/globals';
import { choose } from '../../../src/health/choose.js';
import { driftFindings } from '../../../src/health/drift.js';
import { judgeSchema } from '../../../src/health/judge-stores.js';
import { layersOf } from '../../../src/health/layers.js';
import { judgeLink, linksOf } from '../../../src/health/links.js';
import { reportOf } from '../../../src/health/report.js';
import { trendAfter } from '../../../src/health/trend.js';
import type { Check, Health } from '../../../src/spec/check-report.js';
import { after, container, service, stack } from '../plan/stack.js';

const SHOP = stack([
  service('db', { image: 'postgres:16' }),
  service('cache', { image: 'registry.local/team/redis:7' }),
  service('migrate', { dependsOn: [after('db', 'healthy')] }),
  service('api', { dependsOn: [after('db', 'healthy'), after('migrate', 'completed')] }),
  service('web', {
    dependsOn: [after('api')],
    ports: [{ hostIp: '', hostPort: 80, containerPort: 80, protocol: 'tcp' }],
  }),
]);
const LAYERS = {
  db: 'infrastructure',
  cache: 'infrastructure',
  migrate: 'application',
  api: 'application',
  web: 'frontend',
};

describe('layersOf', () => {
  it('infers layers where nobody has sorted services into groups', () => {
    expect(layersOf(SHOP, ['db'])).toEqual(LAYERS);
  });

  it('takes an API that stands on stores alone for no frontend, published or not', () => {
    const ports = [{ hostIp: '', hostPort: 80, containerPort: 80, protocol: 'tcp' as const }];
    const spec = stack([service('db', { image: 'postgres' }), service('api', { ports, dependsOn: [after('db')] })]);
    expect(layersOf(spec, [])).toEqual({ db: 'infrastructure', api: 'application' });
  });

  it('lets a group decide', () => {
    expect(layersOf(stack([service('db', { image: 'postgres', group: 'data' })]), ['db'])).toEqual({ db: 'data' });
  });
});

describe('choose', () => {
  const from = { layers: LAYERS, stores: [{ service: 'db', type: 'database' as const }] };
  const chosen = (only: string | undefined, services: string[] = []) => {
    const answer = choose(from, { only, services });
    return 'refused' in answer ? answer.refused : [[...answer.services], answer.network, answer.themselves];
  };

  it('knows stores, layers, other names of layers, services and the network', () => {
    expect(chosen('database')).toEqual([['db'], false, true]);
    expect(chosen('backend')).toEqual([['api', 'migrate'], false, true]);
    expect(chosen('web')).toEqual([['web'], false, true]);
    expect(chosen('network')).toEqual([['api', 'cache', 'db', 'migrate', 'web'], true, false]);
    expect(chosen(undefined, ['api'])).toEqual([['api'], true, true]);
  });

  it('refuses what is not there, and what leaves nothing', () => {
    expect(chosen('redis')).toMatch(/^there is no redis to look at; say one of: infrastructure, application/);
    expect(chosen('frontend', ['api'])).toBe('api is not part of frontend');
  });
});

describe('links', () => {
  it('go along depends_on, but not to what is meant to end', () => {
    expect(linksOf(SHOP)).toEqual([
      { from: 'migrate', to: 'db' },
      { from: 'api', to: 'db' },
      { from: 'web', to: 'api' },
    ]);
  });

  const way = { from: 'api', to: 'db' };
  const seen = (answer: 'connected' | 'refused' | 'timeout') => ({
    addresses: ['172.18.0.2'],
    ports: [{ port: 5432, answer }],
  });
  it.each([
    ['connected', 'endpoints', 'pass'],
    ['refused', 'endpoints', 'fail'],
    ['refused', 'image of a store', 'inconclusive'],
    ['refused', 'image', 'pass'],
    ['timeout', 'image', 'fail'],
  ] as const)('%s at a port of its %s: %s', (answer, portsFrom, verdict) => {
    expect(judgeLink(way, { addresses: ['172.18.0.2'], portsFrom }, seen(answer)).verdict).toBe(verdict);
  });

  it('fail where a name leads nowhere, or to somebody else, and say nothing without a program', () => {
    const end = { addresses: ['172.18.0.9'], portsFrom: 'image' as const };
    expect(judgeLink(way, end, { addresses: [], ports: [] })).toMatchObject({
      verdict: 'fail',
      reason: 'the name db leads nowhere',
    });
    expect(judgeLink(way, end, seen('connected'))).toMatchObject({
      reason: expect.stringContaining('another project'),
    });
    expect(judgeLink(way, end, undefined).verdict).toBe('inconclusive');
  });
});

describe('judgeSchema', () => {
  const answered = (tables: number, gone = 0) => ({
    ...{ kind: 'answered' as const, version: '16', durationMs: 1, tables },
    gone: { count: gone, names: gone > 0 ? ['shop.public.orders'] : [] },
  });
  const known = { tables: { shop: ['public.orders'] }, backup: 'b1', isOlderThanRelease: false };

  it.each([
    ['is new', answered(0), undefined, undefined, 'pass'],
    ['has lost all of its tables', answered(0), undefined, 3, 'fail'],
    ['has lost one that the backup has', answered(4, 1), known, undefined, 'fail'],
    ['lacks one since a younger release', answered(4, 1), { ...known, isOlderThanRelease: true }, undefined, 'pass'],
    ['has lost all, release or not', answered(0, 1), { ...known, isOlderThanRelease: true }, undefined, 'fail'],
  ])('one that %s', (_, seen, tables, before, verdict) => {
    expect(judgeSchema(seen, tables, before).verdict).toBe(verdict);
  });
});

describe('driftFindings', () => {
  it('names another image, another configuration, too many containers, orphans and leftovers', () => {
    const containers = [
      container(service('api'), { imageId: 'sha256:new' }),
      container(service('api'), { configHash: 'other', number: 2 }),
      container(service('old')),
      container(service('web'), { leftoverOf: 'x' }),
    ];
    const released = { api: { scale: 1, imageId: containers[1]!.imageId, configHashes: [containers[0]!.configHash] } };
    const findings = driftFindings(containers, released, SHOP, '7');
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      expect.stringMatching(/^drift: \S+ runs the image new, and release 7 has/),
      expect.stringMatching(/^drift: \S+ has another configuration than release 7/),
      expect.stringMatching(/^orphan: /),
      expect.stringMatching(/^leftover: /),
      'drift: it has 2 containers, and release 7 has 1',
    ]);
  });
});

describe('reportOf', () => {
  const checks: Check[] = [
    { check: 'reaches', service: 'api', verdict: 'fail', reason: 'db does not run' },
    { check: 'container', service: 'api', verdict: 'inconclusive', reason: 'starting' },
    { check: 'container', service: 'db', verdict: 'pass', reason: 'healthy' },
  ];
  const around = { stack: 'shop', host: 'h', warnings: [], stores: [], atMs: 1, durationMs: 1 };

  it('lets the gravest speak, layer by layer from the ground up', () => {
    const report = reportOf({ ...around, checks, layerOf: LAYERS });
    expect([report.health, report.reason]).toEqual(['unhealthy', 'api: db does not run']);
    expect(report.layers.map(({ layer, verdict }) => [layer, verdict])).toEqual([
      ['infrastructure', 'pass'],
      ['application', 'inconclusive'],
      ['network', 'fail'],
    ]);
  });

  it('holds nothing against a stack that a run is changing, and takes nothing for well', () => {
    const changing = reportOf({ ...around, checks, layerOf: LAYERS, changing: 'deploy/1' });
    expect([changing.health, changing.reason]).toEqual([
      'inconclusive',
      'api: db does not run; deploy/1 is changing the stack meanwhile',
    ]);
    expect(reportOf({ ...around, checks: [], layerOf: {} }).health).toBe('inconclusive');
  });
});

describe('trendAfter', () => {
  it('counts failures in a row, which a look without an answer neither counts nor ends', () => {
    const looks: Health[] = ['healthy', 'unhealthy', 'inconclusive', 'unhealthy', 'healthy'];
    let before: Parameters<typeof trendAfter>[0];
    const rows = looks.map((health, at) => {
      const trend = trendAfter(before, { health, atMs: at });
      before = { ...trend, health };
      return trend;
    });
    expect(rows).toEqual([
      { failuresInARow: 0, sinceMs: 0 },
      { failuresInARow: 1, downSinceMs: 1, sinceMs: 1, before: 'healthy' },
      { failuresInARow: 1, downSinceMs: 1, sinceMs: 2, before: 'unhealthy' },
      { failuresInARow: 2, downSinceMs: 1, sinceMs: 3, before: 'inconclusive' },
      { failuresInARow: 0, sinceMs: 4, before: 'unhealthy' },
    ]);
  });
});
