import { describe, expect, it } from '@jest/globals';
import { programsWanted, wrongArchitecture } from '../../../src/preflight/image-programs.js';

const IMAGE = {
  ...{ architecture: 'amd64', os: 'linux', entrypoint: [], command: ['serve'], workingDir: '/app' },
  ...{ environment: ['PATH=/bin:/opt/x/'], healthcheck: ['CMD-SHELL', 'curl -f http://localhost || exit 1'] },
};

function wanted(service: object, image: object = {}) {
  return programsWanted(service as Record<string, unknown>, { ...IMAGE, ...image }).map(
    ({ use, program, paths }) => `${use} ${program} ${paths.join(' ')}`,
  );
}

describe('programsWanted', () => {
  it('names what the image starts with and is probed by', () => {
    expect(wanted({})).toEqual(['start serve /bin/serve /opt/x/serve', 'probe curl /bin/curl /opt/x/curl']);
  });

  it.each<[object, object, string | undefined]>([
    [{ command: ['other'] }, {}, 'start other /bin/other /opt/x/other'],
    [{ command: ['--flag'] }, { entrypoint: ['/entry.sh'] }, 'start /entry.sh /entry.sh'],
    [{ entrypoint: ['./run'] }, {}, 'start ./run /app/run'],
    [{ entrypoint: ['bin/run'], working_dir: '/srv' }, {}, 'start bin/run /srv/bin/run'],
    [{ entrypoint: ['/bin/$$X'], environment: { PATH: '/a' } }, {}, 'start /bin/$X /bin/$X'],
    [{ environment: { PATH: '/a' } }, {}, 'start serve /a/serve'],
    [{ entrypoint: [] }, {}, undefined],
    [{ entrypoint: ['/app/run'], volumes: [{ target: '/app' }] }, {}, undefined],
    [{ tmpfs: ['/opt:size=1m'] }, {}, undefined],
  ])('goes by the file before the image: %j %j', (service, image, expected) => {
    expect(wanted({ ...service, healthcheck: { disable: true } }, image)).toEqual(expected ? [expected] : []);
  });

  it.each([
    [['CMD', 'pg_isready', '-U', 'x'], 'pg_isready'],
    [['CMD-SHELL', 'redis-cli ping | grep PONG'], 'redis-cli'],
    [['CMD-SHELL', 'test -e /ready'], undefined],
    [['CMD-SHELL', '"$$BIN" --check'], undefined],
    [['NONE'], undefined],
  ])('finds the program of the healthcheck %j', (test, program) => {
    const probes = wanted({ entrypoint: [], healthcheck: { test } });
    expect(probes).toEqual(program ? [`probe ${program} /bin/${program} /opt/x/${program}`] : []);
  });
});

describe('wrongArchitecture', () => {
  const engine = { architecture: 'x86_64', emulates: ['arm64'] };
  it.each([
    ['amd64', undefined],
    ['386', undefined],
    ['arm64', 'warning'],
    ['s390x', 'error'],
  ])('%s on amd64 → %s', (architecture, severity) => {
    const [finding] = wrongArchitecture('api', 'api:1', { architecture, os: 'linux' }, engine);
    expect(finding?.severity).toBe(severity);
  });

  it('refuses another system', () => {
    expect(wrongArchitecture('api', 'api:1', { architecture: 'amd64', os: 'windows' }, engine)).toMatchObject([
      { rule: 'wrong-architecture', severity: 'error', service: 'api' },
    ]);
  });
});
