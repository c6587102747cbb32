import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stackFolder, type Layout } from '../../../src/store/layout.js';
import { writePrivate } from '../../../src/store/private-file.js';
import { removeRemains } from '../../../src/store/release-remains.js';

let layout: Layout;
let home: string;
beforeEach(async () => {
  layout = { home: await mkdtemp(path.join(os.tmpdir(), 'evenkeel-remains-')), lockDir: '' };
  home = stackFolder(layout, 'shop');
  for (const file of FILES) await writePrivate(path.join(home, file), 'x');
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

const FILES = [
  'releases/1/files/api-1/bound-0',
  'releases/1/files/api-1/bound-1',
  'releases/1/files/web-1/copied-0',
  'releases/1/frozen/compose.yaml',
  'releases/1/frozen/secrets.json',
  'releases/1/inspect/api-1.json',
  'releases/1/release.json',
  'releases/1/verification.json',
  'releases/2/frozen/compose.yaml',
];

async function left(): Promise<string[]> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(home, path.join(entry.parentPath, entry.name)))
    .sort();
}

const RECORDS = ['releases/1/release.json', 'releases/1/verification.json', 'releases/2/frozen/compose.yaml'];

describe('what of a release goes that is no longer kept', () => {
  it('is all but its record, once and again', async () => {
    for (const _ of [1, 2]) {
      expect(await removeRemains(layout, 'shop', '1', { needed: new Set(), mounted: [] })).toEqual([]);
      expect(await left()).toEqual(RECORDS);
      expect((await readdir(path.join(home, 'releases', '1'))).sort()).toEqual(['release.json', 'verification.json']);
    }
  });

  it('is not what a release that is kept leads to, and not what a container mounts', async () => {
    const alias = `${layout.home}-alias`;
    await symlink(layout.home, alias);
    try {
      const mounted = [path.join(alias, 'stacks', 'shop', 'releases/1/files/api-1/bound-1'), '/etc/hosts'];
      const needed = new Set(['releases/1/frozen', 'releases/1/files/web-1/copied-0']);
      const stays = ['releases/1/files/api-1/bound-1', 'releases/1/files/web-1/copied-0'];
      expect((await removeRemains(layout, 'shop', '1', { needed, mounted })).sort()).toEqual([
        ...stays,
        'releases/1/frozen',
      ]);
      const frozen = ['releases/1/frozen/compose.yaml', 'releases/1/frozen/secrets.json'];
      expect(await left()).toEqual([...stays, ...frozen, ...RECORDS].sort());
    } finally {
      await rm(alias);
    }
  });
});
