import { describe, expect, it } from '@jest/globals';
import { checkBindSources } from '../../../src/preflight/bind-sources.js';
import { checkBuildMemory } from '../../../src/preflight/build-memory.js';
import { buildServices } from '../../../src/preflight/build-services.js';
import { checkContainerNames } from '../../../src/preflight/container-names.js';
import { checkDiskRoom } from '../../../src/preflight/disk-room.js';
import { renderedBinds } from '../../../src/preflight/rendered-binds.js';
import { checkSameDirectory } from '../../../src/preflight/same-directory.js';
import { checkToolVersions, isOlder } from '../../../src/preflight/tool-versions.js';
import { findingText, type Finding } from '../../../src/spec/finding.js';
import { service, stack } from '../plan/stack.js';

const GB = 1024 ** 3;

function texts(findings: Finding[]): string[] {
  return findings.map((finding) => `${finding.severity} ${finding.rule} ${findingText(finding)}`);
}

describe('tool versions', () => {
  it.each([
    ['2.24.4', '2.24.4', false],
    ['v2.26.1-4', '2.24.4', false],
    ['2.24.3', '2.24.4', true],
    ['2.9.0', '2.24.4', true],
    ['5.0', '2.24.4', false],
    ['1.9', '1.41', true],
    ['nonsense', '1.0', true],
  ])('%s against %s', (version, least, older) => {
    expect(isOlder(version, least)).toBe(older);
  });

  it('asks for buildx only where something is built', () => {
    const found = { engineApi: '1.45', compose: '2.26.1' };
    expect(checkToolVersions(found, 0)).toEqual([]);
    expect(texts(checkToolVersions(found, 1))).toEqual([
      'error buildx-missing images are to be built, and docker buildx does not answer — install the package docker-buildx-plugin (Debian: docker-buildx)',
    ]);
  });

  it('names all that is too old or missing', () => {
    expect(checkToolVersions({ engineApi: '1.40' }, 1).map(({ rule }) => rule)).toEqual([
      'engine-too-old',
      'compose-missing',
      'buildx-missing',
    ]);
    expect(checkToolVersions({ engineApi: '1.41', compose: '2.20.0' }, 0).map(({ rule }) => rule)).toEqual([
      'compose-too-old',
    ]);
  });
});

describe('disk room', () => {
  const room = { folder: '/var/lib/docker', freeBytes: 20 * GB, freeInodes: 1_000_000, totalInodes: 2_000_000 };

  it('is enough', () => {
    expect(checkDiskRoom(room, 1, 5 * GB)).toEqual([]);
    expect(checkDiskRoom({ ...room, freeInodes: 0, totalInodes: 0 }, 1, 5 * GB)).toEqual([]);
  });

  it('does not do for a build', () => {
    expect(texts(checkDiskRoom({ ...room, freeBytes: 5.5 * GB }, 2, 5 * GB))).toEqual([
      'error disk-low /var/lib/docker has 5.5 GB free; a build may need 6 GB — look with docker system df; docker builder prune frees the build cache',
    ]);
  });

  it('is only warned about where nothing is built, until nothing goes', () => {
    expect(checkDiskRoom({ ...room, freeBytes: GB / 2 }, 0, 5 * GB)).toMatchObject([
      { rule: 'disk-low', severity: 'warning' },
    ]);
    expect(checkDiskRoom({ ...room, freeBytes: GB / 20 }, 0, 5 * GB)).toMatchObject([
      { rule: 'disk-low', severity: 'error' },
    ]);
  });

  it('runs out of inodes', () => {
    expect(checkDiskRoom({ ...room, freeInodes: 50_000 }, 0, 0)).toMatchObject([
      { rule: 'inodes-low', severity: 'warning' },
    ]);
    expect(checkDiskRoom({ ...room, freeInodes: 5000 }, 0, 0)).toMatchObject([
      { rule: 'inodes-low', severity: 'error' },
    ]);
  });
});

describe('build memory', () => {
  it.each([
    [1 * GB, 0, []],
    [4 * GB, 2, []],
    [1 * GB, 1, ['warning']],
    [GB / 8, 1, ['error']],
  ])('%d bytes for %d builds', (available, builds, severities) => {
    expect(checkBuildMemory(available, builds, 2 * GB).map(({ severity }) => severity)).toEqual(severities);
  });
});

describe('container names', () => {
  const spec = stack([service('api', { scale: 2 }), service('web', { containerName: 'front' })]);

  it('are free, or those of the service itself', () => {
    expect(checkContainerNames(spec, ['api', 'web'], {})).toEqual([]);
    expect(checkContainerNames(spec, ['api'], { 'shop-api-2': { project: 'shop', service: 'api' } })).toEqual([]);
  });

  it('belong to somebody', () => {
    const owners = {
      'shop-api-1': {},
      'shop-api-2': { project: 'other', service: 'api' },
      front: { project: 'shop', service: 'old' },
    };
    expect(texts(checkContainerNames(spec, ['api', 'web'], owners))).toEqual([
      'error name-taken api: the name shop-api-1 belongs to a container that Compose did not make — rename it (docker rename shop-api-1 OTHER), or remove it if nobody needs it',
      'error name-taken api: the name shop-api-2 belongs to a container of project other — rename it (docker rename shop-api-2 OTHER), or remove it if nobody needs it',
      "error name-taken web: the name front belongs to this stack's old, which its file no longer names — docker rm -f front (its volumes stay)",
    ]);
  });
});

describe('the directory', () => {
  const premises = { hasContainers: false, others: ['old', 'old', 'shop', ''], directory: '/srv/shop' };

  it('is that of a project with another name', () => {
    expect(texts(checkSameDirectory('shop', premises))).toEqual([
      'warning project-renamed shop has no container yet, but old has been deployed from /srv/shop; its volumes are not those of shop — ' +
        'if the name changed by mistake, keep the old one: name: old in the Compose file, or -p old',
    ]);
  });

  it('may serve two projects once both run', () => {
    expect(checkSameDirectory('shop', { ...premises, hasContainers: true })).toEqual([]);
    expect(checkSameDirectory('shop', { ...premises, others: ['shop'] })).toEqual([]);
  });
});

describe('bound paths', () => {
  const bind = {
    service: 'web',
    source: '/srv/nginx.conf',
    target: '/etc/nginx/nginx.conf',
    createsDirectory: true,
    exists: false,
  };

  it('are looked at in the rendered file', () => {
    const rendered = {
      services: {
        web: {
          volumes: [
            {
              type: 'bind',
              source: '/srv/nginx.conf',
              target: '/etc/nginx/nginx.conf',
              bind: { create_host_path: true },
            },
            { type: 'volume', source: 'data', target: '/data' },
          ],
        },
        other: { volumes: [{ type: 'bind', source: '/elsewhere', target: '/elsewhere' }] },
        bare: {},
      },
    };
    expect(renderedBinds(rendered, ['web', 'bare', 'gone'])).toEqual(
      [{ ...bind, exists: undefined }].map(({ exists: _, ...rest }) => rest),
    );
  });

  it('have to be there where a file is expected', () => {
    expect(texts(checkBindSources([bind]))).toEqual([
      'error bind-source-missing web: /srv/nginx.conf does not exist; Docker would make an empty directory of it, and /etc/nginx/nginx.conf looks like a file — create it, or correct the path',
    ]);
    expect(checkBindSources([{ ...bind, exists: true }])).toEqual([]);
  });

  it('may be folders that Docker makes, unless it is not asked to', () => {
    expect(
      checkBindSources([
        { ...bind, target: '/data' },
        { ...bind, target: '/etc/conf.d' },
      ]),
    ).toEqual([]);
    expect(checkBindSources([{ ...bind, target: '/data', createsDirectory: false }])).toHaveLength(1);
  });
});

describe('builds', () => {
  it('are counted once for each image', () => {
    const app = { image: 'app', build: { context: '/srv' } };
    expect(buildServices(stack([service('a', app), service('b', app), service('c')]), ['a', 'b', 'c'])).toEqual(['a']);
  });
});
