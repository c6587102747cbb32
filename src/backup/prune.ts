import type { BackupManifest } from '../spec/backup.js';

/**
 * Ids of the backups that may go, oldest ones first come first: all but the newest `keep`, never the newest proven one of
 * any store, one that a release names, or one that stands for stores of another that stays.
 */
export function backupsToPrune(backups: BackupManifest[], keep: number, named: ReadonlySet<string>): string[] {
  const newestFirst = [...backups].sort((a, b) => b.atMs - a.atMs);
  const proven = new Map<string, string>();
  for (const { id, proofs } of newestFirst) {
    for (const proof of proofs) if (proof.proven && !proven.has(proof.store)) proven.set(proof.store, id);
  }
  const stay = new Set([...newestFirst.slice(0, keep).map(({ id }) => id), ...proven.values(), ...named]);
  const standIns = backups.filter(({ id }) => stay.has(id)).flatMap(({ reused }) => reused.map(({ backup }) => backup));
  for (const id of standIns) stay.add(id);
  return newestFirst
    .filter(({ id }) => !stay.has(id))
    .map(({ id }) => id)
    .reverse();
}

/** The newest backup in which a store was proven, and how old it is. */
export function youngestProof(
  backups: BackupManifest[],
  store: { id: string; databases?: string[] },
  nowMs: number,
): { backup: string; ageMs: number } | undefined {
  const fit = backups
    .filter(({ stores, proofs }) => {
      const kept = stores.find(({ id }) => id === store.id);
      const hasAll = (store.databases ?? []).every((name) => kept?.databases?.includes(name));
      return kept !== undefined && hasAll && proofs.some((proof) => proof.store === store.id && proof.proven);
    })
    .sort((a, b) => b.atMs - a.atMs)[0];
  return fit && { backup: fit.id, ageMs: nowMs - fit.atMs };
}
