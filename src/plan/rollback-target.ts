import type { Verified } from '../spec/deploy-result.js';

/** What decides whether a rollback goes to a release. */
export interface ReleaseStanding {
  id: string;
  verified: Verified;
  /** Whether what it takes to bring it back is kept. */
  kept: boolean;
  /** The release that it is again, after a rollback. */
  repeats?: string;
}

/**
 * Where a rollback goes that names no release: to the last one that was verified, else to the newest that is not known to be
 * sick; never to what serves already, or is no longer kept. `releases` are in the order in which they were recorded; `serving`
 * is absent where what serves is none of them.
 */
export function rollbackTarget(releases: ReleaseStanding[], serving: string | undefined): ReleaseStanding | undefined {
  const same = new Set([serving, releases.find(({ id }) => id === serving)?.repeats]);
  const others = releases.filter(
    ({ id, repeats, kept }) => kept && !same.has(id) && !(repeats !== undefined && same.has(repeats)),
  );
  return (
    others.findLast(({ verified }) => verified === 'verified') ?? others.findLast(({ verified }) => verified !== 'sick')
  );
}
