import { describe, expect, it } from '@jest/globals';
import { serviceBackupOf } from '../../../src/spec/backup-schema.js';
import { readPolicy } from '../../../src/spec/policy.js';
import { DEFAULT_POLICY, KNOWN_KEYS } from '../../../src/spec/schema.js';
import { sizeBytes } from '../../../src/spec/size.js';

const SERVICES = ['postgres', 'redis', 'api', 'web'];

describe('readPolicy', () => {
  it('needs nothing', () => {
    for (const nothing of [undefined, null, {}, { health: null, groups: null }]) {
      const { policy, serviceHealth, issues } = readPolicy(nothing, {}, ['api']);
      expect(policy).toEqual(DEFAULT_POLICY);
      expect(serviceHealth).toEqual({ api: DEFAULT_POLICY.health });
      expect(issues).toEqual([]);
    }
  });

  it('reads all that may be written', () => {
    const { policy, issues } = readPolicy(
      {
        groups: { infrastructure: ['postgres', 'redis'], backend: ['api'] },
        start: { strategy: 'all-at-once', stagger: 0 },
        health: { timeout: '1m30s', stable_for: '500ms', probation: '10m', probe: 'docker', on_inconclusive: 'accept' },
        limits: { build_memory: '1.5g', build_disk: 1024, parallel_builds: '2' },
        scan: { rules: ['ssl', 'python/traceback'], ignore: ['known nuisance', '/probe \\d+/i'], excerpt_lines: '20' },
        rehearse: { mode: 'required', commands: { api: ['node --check server.js'] } },
        backup: { directory: '../kept', max_size: '1gb', max_age: '1d', keep: '3' },
        approval: { before: ['deploy', 'rollback'], expires: '2d', quorum: '2' },
        releases: { keep: '3', build_cache: '8gb' },
      },
      {},
      SERVICES,
    );
    expect(issues).toEqual([]);
    expect(policy).toEqual({
      groups: { infrastructure: ['postgres', 'redis'], backend: ['api'] },
      start: { strategy: 'all-at-once', staggerMs: 0 },
      health: { timeoutMs: 90_000, stableForMs: 500, probe: 'docker', onInconclusive: 'accept' },
      probationMs: 600_000,
      limits: { buildMemoryBytes: 1.5 * 1024 ** 3, buildDiskBytes: 1024, parallelBuilds: 2 },
      scan: { rules: ['ssl', 'python/traceback'], ignore: ['known nuisance', '/probe \\d+/i'], excerptLines: 20 },
      rehearse: { mode: 'required', commands: { api: ['node --check server.js'] } },
      backup: { directory: '../kept', maxSizeBytes: 1024 ** 3, maxAgeMs: 86_400_000, keep: 3 },
      approval: { before: ['deploy', 'rollback'], expiresMs: 2 * 86_400_000, quorum: 2 },
      releases: { keep: 3, buildCacheBytes: 8 * 1024 ** 3 },
    });
  });

  it("lets a service name what differs from the stack's health policy", () => {
    const { serviceHealth, issues } = readPolicy(
      { health: { timeout: '1m', probe: 'docker' } },
      { api: { health: { timeout: '10s' } }, web: null },
      ['api', 'web'],
    );
    expect(issues).toEqual([]);
    expect(serviceHealth['api']).toEqual({ ...DEFAULT_POLICY.health, timeoutMs: 10_000, probe: 'docker' });
    expect(serviceHealth['web']).toEqual({ ...DEFAULT_POLICY.health, timeoutMs: 60_000, probe: 'docker' });
  });

  it('asks for approval only where it is written, by one person within a week unless that says otherwise', () => {
    expect(readPolicy({}, {}, SERVICES).policy).not.toHaveProperty('approval');
    expect(readPolicy({ approval: {} }, {}, SERVICES).policy.approval).toEqual({
      before: ['deploy'],
      expiresMs: 7 * 86_400_000,
      quorum: 1,
    });
    const { issues } = readPolicy({ approval: { before: ['lunch'], quorum: 0 } }, {}, SERVICES);
    expect(issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['x-evenkeel.approval.before.0', '"lunch" is not one of: deploy, rollback'],
      ['x-evenkeel.approval.quorum', 'must be how many people have to approve (1 or more)'],
    ]);
  });

  it('keeps five releases and 20 GiB of build cache, unless that is to be left alone', () => {
    const standard = { keep: 5, buildCacheBytes: 20 * 1024 ** 3 };
    expect(readPolicy({ releases: null }, {}, SERVICES).policy.releases).toEqual(standard);
    const { policy } = readPolicy({ releases: { build_cache: 'off' } }, {}, SERVICES);
    expect(policy.releases).toEqual({ ...standard, buildCacheBytes: 'off' });
    for (const [build_cache, keep] of [
      [0, 0],
      ['much', 1.5],
    ]) {
      const { issues } = readPolicy({ releases: { build_cache, keep, kep: 1 } }, {}, SERVICES);
      expect(issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
        ['x-evenkeel.releases.keep', 'must be how many releases one can go back to (1 or more)'],
        ['x-evenkeel.releases.build_cache', 'must be a size, like 20gb, or off'],
        ['x-evenkeel.releases.kep', '"kep" is no key of x-evenkeel.releases'],
      ]);
    }
  });

  it('wants commands of the rehearsal for services that there are', () => {
    const { issues } = readPolicy({ rehearse: { commands: { apy: ['true'], api: 'true' } } }, {}, SERVICES);
    expect(issues.map(({ rule, path, nearest }) => ({ rule, path: path.join('.'), nearest }))).toEqual([
      { rule: 'invalid-value', path: 'x-evenkeel.rehearse.commands.api', nearest: undefined },
      { rule: 'unknown-service', path: 'x-evenkeel.rehearse.commands.apy', nearest: 'api' },
    ]);
  });

  it('reads the endpoints of a service', () => {
    const endpoints = [
      { http: '/health', port: 8000 },
      { http: '/login?next=/', port: '8080', status: 302, timeout: '500ms' },
      { https: '/', port: 9000 },
      { http: '/', port: 443 },
      { tcp: 5432, timeout: 2 + 's' },
    ];
    const { serviceEndpoints, issues } = readPolicy({}, { api: { endpoints }, web: { endpoints: [] } }, SERVICES);
    expect(issues).toEqual([]);
    expect(serviceEndpoints).toEqual({
      api: [
        { kind: 'http', scheme: 'http', port: 8000, path: '/health', status: 200, timeoutMs: 5000 },
        { kind: 'http', scheme: 'http', port: 8080, path: '/login?next=/', status: 302, timeoutMs: 500 },
        { kind: 'http', scheme: 'https', port: 9000, path: '/', status: 200, timeoutMs: 5000 },
        { kind: 'http', scheme: 'https', port: 443, path: '/', status: 200, timeoutMs: 5000 },
        { kind: 'tcp', port: 5432, timeoutMs: 2000 },
      ],
      web: [],
    });
  });

  it('finds what is wrong with an endpoint', () => {
    const form = 'write { http: /path, port: 8080 }, { https: /path, port: 8443 } or { tcp: 5432 }';
    const wrong: [unknown, string, string][] = [
      ['http://localhost', '', `must be a mapping: ${form}`],
      [{ http: '/', prot: 80 }, '.prot', '"prot" is no key of x-evenkeel.endpoints.0'],
      [{ port: 80 }, '', `must have one of http, https and tcp: ${form}`],
      [{ http: '/' }, '', 'has no port: add the port within the container, like port: 8080'],
      [{ http: 'health', port: 80 }, '.http', 'must be a path that begins with / and has no blanks, like /health'],
      [{ tcp: 70000 }, '.tcp', 'must be a port, from 1 to 65535'],
      [{ tcp: 80, status: 200 }, '.status', 'belongs to http and https; tcp has no status'],
      [{ tcp: 80, timeout: '1h' }, '.timeout', 'must be more than 0 and at most 60s'],
    ];
    for (const [endpoint, at, message] of wrong) {
      const { issues, serviceEndpoints } = readPolicy({}, { api: { endpoints: [endpoint] } }, SERVICES);
      const found = issues.map(({ path, message: said }) => [path.join('.'), said]);
      expect(found).toEqual([[`services.api.x-evenkeel.endpoints.0${at}`, message]]);
      expect(serviceEndpoints).toEqual({});
    }
  });

  it('names the key that was meant, wherever it stands', () => {
    const { issues } = readPolicy(
      { helth: {}, limits: { 'build-memory': '1g' } },
      { api: { health: { timout: '1s' } } },
      SERVICES,
    );
    expect(issues.map(({ rule, path, nearest }) => ({ rule, path: path.join('.'), nearest }))).toEqual([
      { rule: 'unknown-key', path: 'x-evenkeel.limits.build-memory', nearest: 'build_memory' },
      { rule: 'unknown-key', path: 'x-evenkeel.helth', nearest: 'health' },
      { rule: 'unknown-key', path: 'services.api.x-evenkeel.health.timout', nearest: 'timeout' },
    ]);
  });

  it('lists the known keys where none is near', () => {
    const { issues } = readPolicy({ frobnicate: 1 }, {}, SERVICES);
    expect(issues).toEqual([
      {
        rule: 'unknown-key',
        path: ['x-evenkeel', 'frobnicate'],
        message: `"frobnicate" is no key of x-evenkeel; it knows ${KNOWN_KEYS.stack[''].join(', ')}`,
      },
    ]);
  });

  it('explains every value that cannot be', () => {
    const { issues, policy } = readPolicy(
      {
        groups: { backend: 'api' },
        start: { strategy: 'random', stagger: 5 },
        health: { timeout: 'soon', probe: true },
        limits: { build_memory: 'much', parallel_builds: 0 },
      },
      { api: 'fast' },
      SERVICES,
    );
    expect(Object.fromEntries(issues.map(({ path, message }) => [path.join('.'), message]))).toEqual({
      'x-evenkeel.groups.backend': 'must be a list of services',
      'x-evenkeel.start.strategy': '"random" is not one of: waves, all-at-once',
      'x-evenkeel.start.stagger': '"5" is not a duration; write it like 90s, 5m or 1h30m',
      'x-evenkeel.health.timeout': '"soon" is not a duration; write it like 90s, 5m or 1h30m',
      'x-evenkeel.health.probe': 'this is not one of: active, docker',
      'x-evenkeel.limits.build_memory': '"much" is not a size; write it like 512m or 2gb',
      'x-evenkeel.limits.parallel_builds': 'must be auto, or how many images may be built at once (1 or more)',
      'services.api.x-evenkeel': 'must be a mapping of keys',
    });
    expect(policy).toEqual(DEFAULT_POLICY);
  });

  it('explains what the log scan cannot look for or ignore', () => {
    const scan = { rules: ['sll', 'disk', 'pyton/traceback'], ignore: ['', '/(/'], excerpt_lines: 0 };
    const { issues } = readPolicy({ scan }, {}, SERVICES);
    expect(Object.fromEntries(issues.map(({ path, message }) => [path.join('.'), message]))).toEqual({
      'x-evenkeel.scan.rules.0': 'there are no rules "sll"; did you mean ssl?',
      'x-evenkeel.scan.rules.2': 'there are no rules "pyton"; did you mean python?',
      'x-evenkeel.scan.ignore.0': 'must not be empty: every line would be ignored',
      'x-evenkeel.scan.ignore.1': expect.stringMatching(/^is no regular expression: /),
      'x-evenkeel.scan.excerpt_lines': 'must be how many lines an excerpt has at most (1 to 1000)',
    });
  });

  it('finds services that a group cannot hold, other mistakes or not', () => {
    const { issues } = readPolicy({ helth: {}, groups: { a: ['apii', 'web'], b: ['web'] } }, {}, SERVICES);
    expect(issues.map(({ rule, path, nearest }) => [rule, path.join('.'), nearest])).toEqual([
      ['unknown-key', 'x-evenkeel.helth', 'health'],
      ['unknown-service', 'x-evenkeel.groups.a.0', 'api'],
      ['service-in-two-groups', 'x-evenkeel.groups.b.0', undefined],
    ]);
  });
});

describe('sizeBytes', () => {
  it.each([
    ['0', 0],
    ['1024', 1024],
    ['10b', 10],
    ['2k', 2048],
    ['512m', 512 * 1024 ** 2],
    ['2gb', 2 * 1024 ** 3],
    ['2GiB', 2 * 1024 ** 3],
    ['1.5g', 1.5 * 1024 ** 3],
    ['', undefined],
    ['gb', undefined],
    ['-1g', undefined],
    ['2 parsecs', undefined],
  ])('reads %j', (text, bytes) => expect(sizeBytes(text)).toBe(bytes));

  it('reads how the data of a service is backed up', () => {
    const written = { backup: { type: 'postgres', database: 'shop', user: 'keeper', consistency: 'pause' } };
    expect(readPolicy(undefined, { api: written }, SERVICES).issues).toEqual([]);
    expect(serviceBackupOf(written)).toEqual(written.backup);
    const { issues } = readPolicy(
      { backup: { keep: 0, max_sise: 1 } },
      { api: { backup: { type: 'mysql', user: 3 } } },
      SERVICES,
    );
    expect(issues.map(({ path }) => path.join('.'))).toEqual([
      'x-evenkeel.backup.keep',
      'x-evenkeel.backup.max_sise',
      'services.api.x-evenkeel.backup.type',
      'services.api.x-evenkeel.backup.user',
    ]);
    expect(issues[1]).toMatchObject({ rule: 'unknown-key', nearest: 'max_size' });
  });
});
