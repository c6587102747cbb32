import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Hold } from '../../../src/spec/hold.js';
import { noteHold, readHold } from '../../../src/store/holds.js';
import type { Layout } from '../../../src/store/layout.js';

let layout: Layout;
beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-holds-'));
  layout = { home, lockDir: home };
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

const word = (by: string, atMs: number, untilMs: number): Hold => ({ by, reason: 'why', atMs, untilMs });

it('the last word counts until its time is over, whichever comes last', async () => {
  expect(await readHold(layout, 'shop', 0)).toBeUndefined();
  const ann = word('ann', 100, 1000);
  expect(await noteHold(layout, 'shop', ann)).toBeUndefined();
  expect([await readHold(layout, 'shop', 999), await readHold(layout, 'shop', 1000)]).toEqual([ann, undefined]);

  const bob = word('bob', 200, 5000);
  expect(await noteHold(layout, 'shop', bob)).toEqual(ann);
  // A second attempt of the same, and one that has been on its way for long.
  expect(await noteHold(layout, 'shop', bob)).toBeUndefined();
  expect(await noteHold(layout, 'shop', ann)).toBeUndefined();
  expect(await readHold(layout, 'shop', 1000)).toEqual(bob);
  expect(await readHold(layout, 'other', 1000)).toBeUndefined();
});

it('a hold that was lifted is not brought back by what was said before', async () => {
  await noteHold(layout, 'shop', word('ann', 100, 1000));
  await noteHold(layout, 'shop', word('bob', 300, 300));
  await noteHold(layout, 'shop', word('eve', 200, 1000));
  expect(await readHold(layout, 'shop', 400)).toBeUndefined();
  const folder = path.join(layout.home, 'stacks', 'shop');
  expect(await readdir(folder)).toEqual(['hold.json']);
  expect((await stat(path.join(folder, 'hold.json'))).mode & 0o777).toBe(0o600);
});
