import { describe, expect, it } from '@jest/globals';
import { readPolicy } from '../../../src/spec/policy.js';
import { DEFAULT_POLICY } from '../../../src/spec/schema.js';
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
        health: { timeout: '1m30s', stable_for: '500ms', probe: 'docker', on_inconclusive: 'accept' },
        limits: { build_memory: '1.5g', build_disk: 1024, parallel_builds: '2' },
      },
      {},
      SERVICES,
    );
    expect(issues).toEqual([]);
    expect(policy).toEqual({
      groups: { infrastructure: ['postgres', 'redis'], backend: ['api'] },
      start: { strategy: 'all-at-once', staggerMs: 0 },
      health: { timeoutMs: 90_000, stableForMs: 500, probe: 'docker', onInconclusive: 'accept' },
      limits: { buildMemoryBytes: 1.5 * 1024 ** 3, buildDiskBytes: 1024, parallelBuilds: 2 },
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
        message: '"frobnicate" is no key of x-evenkeel; it knows groups, start, health, limits',
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
});
