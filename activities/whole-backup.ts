import type { BackupManifest, ReusedStore, StoreBackup } from '../src/spec/backup.js';
import type { Finding } from '../src/spec/finding.js';
import { openBackup } from '../src/store/backups.js';
import { refOf } from './store-ref.js';
import type { World } from './world.js';

/** A store that an earlier backup has for a later one. */
export interface EarlierStore extends ReusedStore {
  kept: StoreBackup;
}

/** The stores for which a backup names earlier ones; errors say which of those are gone. */
export async function earlierStores(
  { layout }: World,
  { id, stack, reused }: BackupManifest,
): Promise<{ earlier: EarlierStore[]; findings: Finding[] }> {
  const earlier: EarlierStore[] = [];
  const findings: Finding[] = [];
  for (const { store, backup } of reused) {
    const manifest = (await openBackup(layout, stack, backup))?.manifest;
    const kept = manifest?.stores.find((one) => one.id === store.id);
    if (manifest && kept) earlier.push({ store: refOf(kept), backup, ageMs: Date.now() - manifest.atMs, kept });
    else findings.push(gone(id, store, backup));
  }
  return { earlier, findings };
}

function gone(id: string, store: ReusedStore['store'], backup: string): Finding {
  return {
    ...{ rule: 'no-backup', severity: 'error', service: store.service },
    message: `${id} stands on the backup ${backup} for ${store.id}, and there is none of that on this host`,
    remedy: 'name the services whose data is there, or another backup: evenkeel backup list',
  };
}
