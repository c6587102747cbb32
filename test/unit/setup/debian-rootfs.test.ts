import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { discardRootfs } from '../../../scripts/setup/debian-rootfs.mjs';
import { shellProgram } from '../../support/shell-program.js';

let folder: string;
const environment = { PATH: process.env['PATH'], EVENKEEL_CACHE: process.env['EVENKEEL_CACHE'] };

/** Programs that say that they were called. */
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-rootfs-'));
  for (const name of ['programs', 'cache', 'called']) await mkdir(path.join(folder, name));
  for (const name of ['mountpoint', 'rm']) {
    await shellProgram(path.join(folder, 'programs'), name, `: >"${folder}/called/${name}"\n[ ${name} = rm ]`);
  }
  process.env['PATH'] = `${path.join(folder, 'programs')}${path.delimiter}${environment.PATH}`;
  process.env['EVENKEEL_CACHE'] = path.join(folder, 'cache');
});
afterEach(async () => {
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(folder, { recursive: true });
});

test('where there is no file system nothing is asked for, so that it needs no programs', async () => {
  await discardRootfs();
  expect(await readdir(path.join(folder, 'called'))).toEqual([]);
});

test('where an interrupted set-up left one, what is mounted in it is looked for, and it is removed', async () => {
  await mkdir(path.join(folder, 'cache', 'rootfs'));
  await discardRootfs();
  expect((await readdir(path.join(folder, 'called'))).sort()).toEqual(['mountpoint', 'rm']);
});
