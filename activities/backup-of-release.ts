import type { BackupManifest } from '../src/spec/backup.js';
import type { Finding } from '../src/spec/finding.js';
import { openBackup } from '../src/store/backups.js';
import { replacedBackup } from '../src/store/replaced-backup.js';
import type { Release } from '../src/store/releases.js';
import type { World } from './world.js';

/**
 * The data of a release as it was backed up before that one was replaced; or why it cannot be brought back: there is no such
 * backup, it is no longer kept, or not all of it is proven.
 */
export async function backupOfRelease(
  { layout }: World,
  stack: string,
  { releases, target }: { releases: Release[]; target: string },
): Promise<{ backup: string } | { finding: Finding }> {
  const found = replacedBackup(releases, target);
  if ('why' in found) return { finding: refusal(target, `no backup has it: ${found.why}`) };
  const { backup, by } = found;
  const manifest = (await openBackup(layout, stack, backup))?.manifest;
  if (!manifest) {
    return {
      finding: refusal(target, `the backup ${backup}, made before release ${by} replaced it, is no longer kept`),
    };
  }
  const reached = manifest.reused.filter(({ unreached }) => !unreached);
  const unproven = unprovenIn(manifest);
  for (const { store, backup: earlier } of reached) {
    const from = (await openBackup(layout, stack, earlier))?.manifest;
    if (!from)
      return { finding: refusal(target, `the backup ${earlier}, which has ${store.id} of it, is no longer kept`) };
    if (unprovenIn(from).includes(store.id)) unproven.push(store.id);
  }
  if (unproven.length === 0) return { backup };
  const why = `the backup ${backup} is not proven: ${unproven.join(', ')}`;
  return { finding: { ...refusal(target, why), remedy: `prove it: evenkeel backup drill ${backup}` } };
}

function unprovenIn({ stores, proofs }: BackupManifest): string[] {
  const isProven = (id: string): boolean => proofs.some(({ store, proven }) => store === id && proven);
  return stores.map(({ id }) => id).filter((id) => !isProven(id));
}

function refusal(target: string, why: string): Finding {
  return {
    ...{ rule: 'no-data-of-release', severity: 'error' },
    message: `the data of release ${target} cannot be brought back: ${why}`,
    remedy: `go back without it: evenkeel rollback ${target}; other backups: evenkeel backup list, evenkeel restore BACKUP`,
  };
}
