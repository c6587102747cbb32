import { describe, expect, it } from '@jest/globals';
import type { KeptContainer, KeptFile, ReleasedService } from '../../../src/store/releases.js';
import { sameServices } from '../../../src/store/same-services.js';

function file(hash: string): KeptFile {
  return { target: '/etc/app.conf', source: '/srv/app.conf', copy: 'c', hash, mode: 0o644, uid: 0, gid: 0 };
}

function service(more: Partial<ReleasedService> = {}, container: Partial<KeptContainer> = {}): ReleasedService {
  return {
    state: 'running',
    scale: 1,
    imageRef: 'shop-api',
    imageId: 'sha256:1',
    configHash: 'h',
    contentHashes: {},
    method: 'compose',
    containers: [
      {
        id: 'a',
        name: 'shop-api-1',
        number: 1,
        state: 'running',
        imageId: 'sha256:1',
        inspect: 'i',
        bound: [file('x')],
        copied: [],
        volumes: [{ name: 'v', target: '/data' }],
        ...container,
      },
    ],
    ...more,
  };
}

describe('sameServices', () => {
  it('does not care for ids, nor for where a record is kept', () => {
    const again = service({ method: 'inspect' }, { id: 'b', inspect: 'j' });
    expect(sameServices({ api: service() }, { api: again })).toBe(true);
  });

  it.each<[string, ReleasedService]>([
    ['image', service({ imageId: 'sha256:2' })],
    ['configuration', service({ configHash: 'other' })],
    ['scale', service({ scale: 2 })],
    ['state', service({ state: 'stopped' })],
    ['content of a file', service({}, { bound: [file('y')] })],
    ['files copied in', service({}, { copied: [file('x')] })],
    ['name', service({}, { name: 'other' })],
    ['anonymous volume', service({}, { volumes: [{ name: 'w', target: '/data' }] })],
    ['place of a volume', service({}, { volumes: [{ name: 'v', target: '/other' }] })],
  ])('tells apart by %s', (_, other) => {
    expect(sameServices({ api: service() }, { api: other })).toBe(false);
  });

  it('tells apart by which services there are', () => {
    expect(sameServices({ api: service() }, {})).toBe(false);
    expect(sameServices({ api: service() }, { web: service() })).toBe(false);
    expect(sameServices({}, { api: service() })).toBe(false);
  });
});
