import type { BackupManifest, BackupSummary } from '../src/spec/backup.js';

/** What a sealed backup came to, for results: without its counts. `folder` is absolute. */
export function summaryOf({ id, atMs, stores, reused, left }: BackupManifest, folder: string): BackupSummary {
  const sized = stores.map(({ id: store, type, service, files, counts, durationMs }) => ({
    ...{ store, type, service, durationMs },
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    counts: Object.keys(counts ?? {}).length,
  }));
  return {
    ...{ id, atMs, folder, stores: sized, left },
    reused: reused.map(({ store, backup, ageMs }) => ({ store: store.id, backup, ageMs })),
    bytes: sized.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
