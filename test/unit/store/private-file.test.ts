import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readJson, writePrivate } from '../../../src/store/private-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-private-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('readJson', () => {
  it('names the file that is not whole, and quotes nothing of it', async () => {
    const file = path.join(folder, 'secrets.json');
    await writeFile(file, '{"password": hunter2}');
    const error = await readJson(file).catch((failed: unknown) => failed);
    expect(error).toMatchObject({ message: expect.stringContaining(file) as unknown });
    expect(String((error as Error).stack)).not.toContain('hunter2');
    expect(await readJson(path.join(folder, 'none.json'))).toBeUndefined();
  });
});

describe('writePrivate', () => {
  it('writes for the owner only, and leaves nothing beside the file', async () => {
    const file = path.join(folder, 'secrets.json');
    await writePrivate(file, 'one');
    await Promise.all([writePrivate(file, 'two'), writePrivate(file, 'two')]);
    expect(await readFile(file, 'utf8')).toBe('two');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['secrets.json']);
  });

  it('takes away what killed writers of the same file have left, and only that', async () => {
    const killed = spawnSync(process.execPath, ['-e', '']).pid;
    const ofTheDead = [`secrets.json.${killed}.0a1b2c3d.tmp`, `secrets.json.${killed}.4e5f6a7b.tmp`];
    const ofOthers = [
      `other.json.${killed}.0a1b2c3d.tmp`,
      `secrets.json.${process.pid}.0a1b2c3d.tmp`,
      'secrets.json.tmp',
    ];
    for (const name of [...ofTheDead, ...ofOthers]) await writeFile(path.join(folder, name), 'half');
    await writePrivate(path.join(folder, 'secrets.json'), 'whole');
    expect((await readdir(folder)).sort()).toEqual([...ofOthers, 'secrets.json'].sort());
  });

  it('names its half-written file so that others can tell whose it is', async () => {
    const file = path.join(folder, 'a folder');
    const dies = writePrivate(path.join(file, 'x'), 'x').then(() => writePrivate(file, 'no file can replace a folder'));
    await expect(dies).rejects.toThrow(new RegExp(`a folder\\.${process.pid}\\.[0-9a-f]{8}\\.tmp`));
    expect(await readdir(folder)).toEqual(['a folder']);
  });
});
