import type { Release } from './releases.js';

/** The backup that was made before a release was replaced, or why there is none. */
export type ReplacedBackup = { backup: string; by: string } | { why: string };

/**
 * Finds the backup that has the data of a release as it was when another one took its place: it is named by the one that did.
 * `releases` are all of the stack, oldest first.
 */
export function replacedBackup(releases: Release[], target: string): ReplacedBackup {
  const next = releases[releases.findIndex(({ id }) => id === target) + 1];
  if (!next) return { why: `no release of ours has replaced release ${target}` };
  if (next.backup) return { backup: next.backup.id, by: next.id };
  const how = {
    baseline: 'was found running, so that nobody backed anything up before it',
    'rolled-back': 'is the outcome of a rollback, which backs nothing up',
    deployed: 'was deployed without a backup',
  }[next.kind];
  return { why: `release ${next.id}, which replaced release ${target}, ${how}` };
}
