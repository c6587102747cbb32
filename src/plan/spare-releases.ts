import { type ReleaseStanding, rollbackTarget } from './rollback-target.js';

/**
 * Ids of the releases that may go, oldest first. These stay: the newest, which serves; the newest `keep` others, where one that
 * came back counts once, as its newest; the last verified one, and where a rollback would go that names none; and what is
 * `needed` by somebody. `releases` are all there are, in the order in which they were recorded.
 */
export function spareReleases(
  releases: ReleaseStanding[],
  { keep, needed }: { keep: number; needed: readonly string[] },
): string[] {
  const kept = releases.filter((release) => release.kept);
  const newestOfEach = new Map<string, string>();
  for (const release of [...kept].reverse()) {
    const origin = originOf(releases, release);
    if (!newestOfEach.has(origin)) newestOfEach.set(origin, release.id);
  }
  const stay = new Set([
    ...[...newestOfEach.values()].slice(0, keep + 1),
    kept.findLast(({ verified }) => verified === 'verified')?.id,
    rollbackTarget(releases, kept.at(-1)?.id)?.id,
    ...needed,
  ]);
  return kept.map(({ id }) => id).filter((id) => !stay.has(id));
}

/** The release that another one is again, however often it has come back. */
function originOf(releases: ReleaseStanding[], { id, repeats }: ReleaseStanding): string {
  const before = repeats === undefined ? undefined : releases.find((other) => other.id === repeats);
  return before === undefined ? (repeats ?? id) : originOf(releases, before);
}
