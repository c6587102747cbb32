import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { holdStack } from '../../../activities/hold-stack.js';
import type { World } from '../../../activities/world.js';
import { readHold } from '../../../src/store/holds.js';
import { addStack } from '../../../src/store/registry.js';

const HOUR_MS = 3_600_000;
let world: World;

beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-hold-'));
  world = { layout: { home, lockDir: home }, host: 'harbour' } as unknown as World;
  const lists = { files: [], envFiles: [], profiles: [], capturedEnv: [] };
  await addStack(world.layout, { name: 'shop', directory: home, ...lists, addedAt: '2026-01-01T00:00:00Z' }, {});
});
afterEach(() => rm(world.layout.home, { recursive: true, force: true }));

/** Ann's word of some hours ago, for some hours from then. */
const word = (agoHours: number, forHours: number) => {
  const atMs = Date.now() - agoHours * HOUR_MS;
  return { by: 'ann', reason: 'why', atMs, untilMs: atMs + forHours * HOUR_MS };
};
const said = (what: ReturnType<typeof word>, dryRun = false) => holdStack(world)({ stack: 'shop', word: what, dryRun });

describe('holdStack', () => {
  it('says what stands now and what stood before, however often it is tried', async () => {
    const first = word(2, 4);
    expect(await said(first)).toEqual({ stack: 'shop', host: 'harbour', hold: first });
    expect(await said(first)).toEqual({ stack: 'shop', host: 'harbour', hold: first });
    const longer = word(1, 9);
    expect(await said(longer)).toMatchObject({ hold: longer, before: first });
    const end = word(0, 0);
    expect(await said(end)).toEqual({ stack: 'shop', host: 'harbour', before: longer });
    // It comes late, and is told what counts.
    expect(await said(first)).toEqual({ stack: 'shop', host: 'harbour' });
    expect(await readHold(world.layout, 'shop')).toBeUndefined();
  });

  it('says nothing of a hold that was over before', async () => {
    await said(word(5, 1));
    expect(await said(word(0, 1))).not.toHaveProperty('before');
  });

  it('changes nothing where only asked what would be', async () => {
    const first = word(0.5, 4);
    await said(first);
    const longer = word(0, 9);
    expect(await said(longer, true)).toMatchObject({ hold: longer, before: first, dryRun: true });
    expect(await said(word(0, 0), true)).toEqual({ stack: 'shop', host: 'harbour', before: first, dryRun: true });
    expect(await readHold(world.layout, 'shop')).toEqual(first);
  });
});
