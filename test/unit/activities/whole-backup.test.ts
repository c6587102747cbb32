import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chooseDrill } from '../../../activities/choose-drill.js';
import { earlierStores } from '../../../activities/whole-backup.js';
import type { World } from '../../../activities/world.js';
import type { ReusedStore, StoreBackup } from '../../../src/spec/backup.js';
import { draftFolder, noteStore, removeBackup, sealDraft } from '../../../src/store/backups.js';

let world: World;
let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ek-backups-'));
  world = { layout: { home, lockDir: home } } as World;
});
afterEach(() => rm(home, { recursive: true, force: true }));

const store = (id: string): StoreBackup => ({
  ...{ id, type: 'postgres', service: 'db', files: [], counts: { rows: 3 }, imageId: 'i', takenAtMs: 1, durationMs: 1 },
});

async function sealed(id: string, atMs: number, stores: StoreBackup[], reused: ReusedStore[] = []) {
  const place = { layout: world.layout, stack: 'shop', id };
  const folder = await draftFolder(place);
  for (const one of stores) await noteStore(folder, one);
  const run = { workflowId: 'w', runId: 'r' };
  return sealDraft(place, { atMs, ...run, stores: stores.map((one) => one.id), reused, left: [] });
}

describe('a backup that stands on an earlier one', () => {
  const reused = (backup: string): ReusedStore[] => [{ store: store('postgres-db'), backup, ageMs: 1 }];

  it('has the stores of both, each where it is', async () => {
    await sealed('a', Date.now() - 5000, [store('postgres-db')]);
    const { earlier, findings } = await earlierStores(world, await sealed('b', Date.now(), [], reused('a')));
    expect(findings).toEqual([]);
    expect(earlier).toMatchObject([{ store: { id: 'postgres-db' }, backup: 'a', kept: { counts: { rows: 3 } } }]);
    expect(earlier[0]!.ageMs).toBeGreaterThanOrEqual(5000);
    expect(earlier[0]!.store).not.toHaveProperty('counts');
  });

  it('is drilled with them', async () => {
    await sealed('a', 1, [store('postgres-db')]);
    await sealed('b', 2, [], reused('a'));
    const drill = chooseDrill(world);
    expect(await drill({ stack: 'shop', epoch: 1, backup: 'newest' })).toMatchObject({
      ...{ backup: { id: 'b' }, stores: [], reused: [{ backup: 'a' }], findings: [] },
    });
  });

  it('says which of them is gone', async () => {
    await sealed('a', 1, [store('postgres-db')]);
    const later = await sealed('b', 2, [], reused('a'));
    await removeBackup(world.layout, 'shop', 'a');
    const { earlier, findings } = await earlierStores(world, later);
    expect([earlier, findings]).toEqual([
      [],
      [expect.objectContaining({ rule: 'no-backup', severity: 'error', service: 'db' })],
    ]);
    expect(findings[0]!.message).toMatch(/b stands on the backup a for postgres-db/);
  });
});
