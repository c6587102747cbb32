import path from 'node:path';
import { backupsToPrune } from '../src/backup/prune.js';
import { draftFolder, listBackups, noteProofs, openBackup, removeBackup, sealDraft } from '../src/store/backups.js';
import { openFrozen } from '../src/store/frozen.js';
import { backupsOfReleases } from '../src/store/known-releases.js';
import type { HostActivities } from './activities.js';
import { summaryOf } from './backup-summary.js';
import { discardUnfinished, sweepDrafts } from './discard-drafts.js';
import { ownRun, ownRunFolder, ownRunPlace } from './run-place.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/** Safe to repeat because a draft becomes a backup by one rename; sealing a sealed one changes nothing. */
export function sealBackup(world: World): HostActivities['sealBackup'] {
  return async (args) => {
    const { stack, backup: id, stores, reused, left } = args;
    return withTurn(world, args, async () => {
      const place = { layout: world.layout, stack, id };
      // Nothing was dumped where earlier backups stand for all of it.
      if (stores.length === 0 && !(await openBackup(world.layout, stack, id))) await draftFolder(place);
      const manifest = await sealDraft(place, {
        atMs: Math.min(Date.now(), ...stores.map(({ takenAtMs }) => takenAtMs)),
        ...ownRun(),
        stores: stores.map((store) => store.id),
        reused,
        left,
      });
      const { folder } = (await openBackup(world.layout, stack, id))!;
      return summaryOf(manifest, folder);
    });
  };
}

/**
 * Safe to repeat because a proof takes the place of an earlier one of the same store, and what an earlier attempt was removing
 * is found among the drafts.
 */
export function noteProof(world: World): HostActivities['noteProof'] {
  return async (args) => {
    const { stack, frozen: ref, backup, proofs } = args;
    await withTurn(world, args, async () => {
      await noteProofs(world.layout, stack, backup, proofs);
      // A rollback has frozen nothing of its own.
      const folder = ref?.folder ?? path.join(ownRunPlace(world, stack), 'frozen');
      const frozen = await openFrozen(world.layout, stack, folder);
      const { keep } = frozen.spec.policy.backup;
      const named = new Set([backup, ...(await backupsOfReleases(world.layout, stack))]);
      for (const id of backupsToPrune(await listBackups(world.layout, stack), keep, named)) {
        await removeBackup(world.layout, stack, id);
      }
      await sweepDrafts(world, stack, ownRunFolder(world, stack));
    });
  };
}

/** Safe to repeat because what has ended has ended, what runs runs, and what is gone is gone. A sealed backup is not touched. */
export function discardBackup(world: World): HostActivities['discardBackup'] {
  return async (args) => {
    const { stack, backup } = args;
    await withTurn(world, args, () => discardUnfinished(world, stack, backup, ownRunFolder(world, stack)));
  };
}
