import { describe, expect, it, jest } from '@jest/globals';
import { copiedIn, isCopiedIn } from '../../../src/docker/copied-in.js';
import type { ContainerInspect, Engine, PathStat } from '../../../src/docker/engine.js';
import { fileInTar, tarAtRoot } from '../../../src/docker/tar-file.js';

const createdAtMs = Date.parse('2026-01-01T10:00:00.620057356Z');
const secret: PathStat = { isFile: true, size: 3, modifiedAt: '2026-01-01T10:00:01Z' };

describe('isCopiedIn', () => {
  it('knows a file by its whole second just after the creation', () => {
    expect(isCopiedIn(secret, createdAtMs)).toBe(true);
    expect(isCopiedIn({ ...secret, modifiedAt: '2026-01-01T10:00:00.000000000Z' }, createdAtMs)).toBe(true);
  });

  it.each<[string, Partial<PathStat>]>([
    ['that the container wrote', { modifiedAt: '2026-01-01T10:00:01.123456789Z' }],
    ['that came later', { modifiedAt: '2026-01-01T11:00:00Z' }],
    ['that is older than the container', { modifiedAt: '2025-12-31T10:00:00Z' }],
    ['that is a folder', { isFile: false }],
    ['that is too big', { size: 2 ** 21 }],
  ])('passes over something %s', (_, more) => {
    expect(isCopiedIn({ ...secret, ...more }, createdAtMs)).toBe(false);
  });

  it('passes over what is not there', () => {
    expect(isCopiedIn(undefined, createdAtMs)).toBe(false);
  });
});

describe('copiedIn', () => {
  it('looks at what differs from the image and is not mounted', async () => {
    const statPath = jest.fn<Engine['statPath']>(async () => secret);
    const engine = {
      changes: async () => [
        { path: '/run/secrets/key', kind: 'added' as const },
        { path: '/data/file', kind: 'added' as const },
        { path: '/data', kind: 'added' as const },
        { path: '/gone', kind: 'deleted' as const },
      ],
      statPath,
    } as unknown as Engine;
    const inspect = { Id: 'c', Created: new Date(createdAtMs).toISOString(), Mounts: [{ Destination: '/data' }] };
    expect(await copiedIn(engine, inspect as unknown as ContainerInspect)).toEqual(['/run/secrets/key']);
    expect(statPath).toHaveBeenCalledTimes(1);
  });
});

describe('tarAtRoot', () => {
  it('carries content, owner and mode', async () => {
    const file = { content: Buffer.from('top'), mode: 0o440, uid: 5, gid: 6 };
    expect(await fileInTar(await tarAtRoot([{ path: '/run/secrets/key', ...file }], new Date()))).toEqual(file);
  });
});
