import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bestCompression, unpackerOf } from '../../../src/backup/compression.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-path-'));
});
afterAll(async () => rm(folder, { recursive: true }));

describe('the compression of a backup', () => {
  it('is gzip where zstd is not there, or cannot be executed', async () => {
    expect(await bestCompression(`/nowhere:${folder}`)).toBe('gzip');
    await writeFile(path.join(folder, 'zstd'), '');
    expect(await bestCompression(`/nowhere:${folder}`)).toBe('gzip');
    await chmod(path.join(folder, 'zstd'), 0o700);
    expect(await bestCompression(`/nowhere:${folder}`)).toBe('zstd');
  });

  it('is what the file says, and named where this machine cannot undo it', async () => {
    expect(await unpackerOf({ name: 'a.sql' }, '')).toBe('cat');
    await writeFile(path.join(folder, 'gzip'), '', { mode: 0o700 });
    expect(await unpackerOf({ name: 'a.dump.gz', compression: 'gzip' }, folder)).toBe('gzip -d');
    await expect(unpackerOf({ name: 'a.dump.zst', compression: 'zstd' }, '/nowhere')).rejects.toThrow(
      'a.dump.zst: it is compressed with zstd, which is not on the PATH here; install it',
    );
  });
});
