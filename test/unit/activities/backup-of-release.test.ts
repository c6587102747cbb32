import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { backupOfRelease } from '../../../activities/backup-of-release.js';
import type { World } from '../../../activities/world.js';
import type { BackupManifest, ReusedStore } from '../../../src/spec/backup.js';
import { backupsFolder } from '../../../src/store/backups.js';
import type { Layout } from '../../../src/store/layout.js';
import { writeJson } from '../../../src/store/private-file.js';
import type { Release } from '../../../src/store/releases.js';

let layout: Layout;
beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'evenkeel-backup-of-release-'));
  layout = { home, lockDir: path.join(home, 'lock') };
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

/** A backup of one store, which is proven or not, and of stores that earlier ones have. */
async function backup(id: string, store: string, proven: boolean, reused: ReusedStore[] = []): Promise<void> {
  const folder = path.join(backupsFolder(layout, 'shop'), id);
  await mkdir(folder, { recursive: true });
  const manifest: BackupManifest = {
    ...{ format: 1, id, stack: 'shop', atMs: 1, workflowId: 'w', runId: 'r', left: [], reused },
    stores: [
      { id: store, type: 'postgres', service: 'db', files: [], imageId: 'sha256:1', takenAtMs: 1, durationMs: 1 },
    ],
    proofs: proven ? [{ store, proven, restoreMs: 1, countsCompared: 1, atMs: 2 }] : [],
  };
  await writeJson(path.join(folder, 'manifest.json'), manifest);
}

function earlier(id: string, backupId: string): ReusedStore {
  return { store: { id, type: 'postgres', service: 'db' }, backup: backupId, ageMs: 1 };
}

const RELEASES = ['1', '2'].map((id): Release => ({
  ...{ id, kind: 'deployed', at: '2026-01-01T00:00:00.000Z', workflowId: 'w', runId: id, services: {} },
  backup: { id: `before-${id}`, stores: [], proven: [] },
}));

async function found(): Promise<unknown> {
  return backupOfRelease({ layout } as World, 'shop', { releases: RELEASES, target: '1' });
}

describe('the backup that a rollback with its data goes by', () => {
  it('is the one before the successor, where all of it is proven', async () => {
    await backup('old', 'postgres-other', true);
    await backup('before-2', 'postgres-db', true, [earlier('postgres-other', 'old')]);
    expect(await found()).toEqual({ backup: 'before-2' });
  });

  it('is none where it is no longer kept, or what it stands on is not', async () => {
    expect(await found()).toMatchObject({
      finding: {
        message: expect.stringContaining('before-2, made before release 2 replaced it, is no longer kept'),
        remedy: expect.stringContaining('evenkeel rollback 1'),
      },
    });
    await backup('before-2', 'postgres-db', true, [earlier('postgres-other', 'old')]);
    expect(await found()).toMatchObject({
      finding: { message: expect.stringContaining('old, which has postgres-other') },
    });
    // What the successor could not reach stays as it is, and is not needed.
    await backup('before-2', 'postgres-db', true, [{ ...earlier('postgres-other', 'old'), unreached: true }]);
    expect(await found()).toEqual({ backup: 'before-2' });
  });

  it('is none where any of it is not proven, and says what proves it', async () => {
    await backup('old', 'postgres-other', false);
    await backup('before-2', 'postgres-db', false, [earlier('postgres-other', 'old')]);
    expect(await found()).toMatchObject({
      finding: {
        message: expect.stringContaining('not proven: postgres-db, postgres-other'),
        remedy: 'prove it: evenkeel backup drill before-2',
      },
    });
  });
});
