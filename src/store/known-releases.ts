import type { ReleaseStanding } from '../plan/rollback-target.js';
import { type Collection, readCollection } from './collections.js';
import type { Layout } from './layout.js';
import { readReleases, type Release } from './releases.js';
import { readVerification, type Verification } from './verifications.js';

/** A release with what is known of it now. */
export interface KnownRelease {
  release: Release;
  verification?: Verification;
  /** Only where it is no longer kept. */
  collection?: Collection;
}

/** All releases of a stack, oldest first, those among them that are no longer kept. */
export async function knownReleases(layout: Layout, stack: string): Promise<KnownRelease[]> {
  return Promise.all(
    (await readReleases(layout, stack)).map(async (release) => {
      const [verification, collection] = await Promise.all([
        readVerification(layout, stack, release.id),
        readCollection(layout, stack, release.id),
      ]);
      return { release, ...(verification ? { verification } : {}), ...(collection ? { collection } : {}) };
    }),
  );
}

/** What decides where a rollback goes, and what is kept. */
export function standingOf({ release: { id, repeats }, verification, collection }: KnownRelease): ReleaseStanding {
  return {
    ...{ id, verified: verification?.verified ?? 'unknown', kept: collection === undefined },
    ...(repeats === undefined ? {} : { repeats }),
  };
}

/** Ids of the backups that releases name which are still kept. */
export async function backupsOfReleases(layout: Layout, stack: string): Promise<string[]> {
  const kept = (await knownReleases(layout, stack)).filter(({ collection }) => collection === undefined);
  return kept.flatMap(({ release }) => release.backup?.id ?? []);
}
