import type { ObservedContainer } from '../plan/observed-stack.js';
import { type ReleaseStanding, rollbackTarget } from '../plan/rollback-target.js';
import { isServing } from '../plan/serving.js';
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

/** Which release serves, by the containers that are there, and where a rollback goes that names none; each absent where none does. */
export function servingAndTarget(
  known: KnownRelease[],
  containers: ObservedContainer[],
): { serving?: Release; target?: string } {
  const latest = known.at(-1)?.release;
  const serving = latest && isServing(latest.services, { containers }) ? latest : undefined;
  const target = rollbackTarget(known.map(standingOf), serving?.id)?.id;
  return { ...(serving ? { serving } : {}), ...(target === undefined ? {} : { target }) };
}

/** Ids of the backups that releases name which are still kept. */
export async function backupsOfReleases(layout: Layout, stack: string): Promise<string[]> {
  const kept = (await knownReleases(layout, stack)).filter(({ collection }) => collection === undefined);
  return kept.flatMap(({ release }) => release.backup?.id ?? []);
}
