import { cancellationSignal } from '@temporalio/activity';
import { STORE_KINDS } from '../src/backup/kinds.js';
import { StoreFailed } from '../src/backup/store-kind.js';
import { verifyHashes } from '../src/backup/verify-store.js';
import type { StoreBackup } from '../src/spec/backup.js';
import { draftFolder, notedStore, noteStore, openBackup } from '../src/store/backups.js';
import { openFrozen } from '../src/store/frozen.js';
import type { HostActivities } from './activities.js';
import { backupPlace } from './backup-place.js';
import { stepFailed } from './compose-children.js';
import { sweepDrafts } from './discard-drafts.js';
import { backupScripts, everyStore } from './found-stores.js';
import { ownBackupFolder } from './run-place.js';
import { withSharedTurn } from './take-turn.js';
import type { World } from './world.js';

const CONSISTENCY = { none: 'crash', pause: 'paused', stop: 'stopped' } as const;

/**
 * Safe to repeat because a dump that outlived its worker is found by its traces and waited for, a whole one is noted beside
 * its files, and a broken one is written over. What other runs have left unfinished goes first: their turn is over.
 */
export function dumpStore(world: World): HostActivities['dumpStore'] {
  return async (args) => {
    const { stack, frozen: ref, backup: id, store } = args;
    const frozen = await openFrozen(world.layout, stack, ref.folder);
    return withSharedTurn(world, args, `backup of ${store.id}`, async () => {
      const sealed = await openBackup(world.layout, stack, id);
      const kept = sealed?.manifest.stores.find((one) => one.id === store.id);
      if (kept) return brief(kept);
      // A run may back up again, after it has waited for somebody.
      const ownFolder = ownBackupFolder(world, stack, id);
      await sweepDrafts(world, stack, ownFolder, id);
      const scripts = await backupScripts(world, frozen, ownFolder, cancellationSignal());
      const folder = await draftFolder(backupPlace(world, frozen, id));
      const noted = await notedStore(folder, store.id);
      if (noted) return brief(noted);

      const { stores, around } = await everyStore(world, frozen);
      const found = stores.find((one) => one.id === store.id);
      if (!found) throw stepFailed(`backing up ${store.id}: its container is gone; deploy again`);
      const takenAtMs = Date.now();
      const { user, consistency } = around.policies[store.service] ?? {};
      const place = {
        ...{ engine: world.engine, container: found.container, folder, scripts },
        session: `evenkeel-${id}`,
        ...(user === undefined ? {} : { user }),
        consistency: found.isAtRest ? ('stopped' as const) : CONSISTENCY[consistency ?? 'none'],
      };
      try {
        const dump = await STORE_KINDS[store.type].dump(store, place);
        await verifyHashes(dump, place);
        const imageId = (await world.engine.inspect(found.container))?.Image ?? '';
        const whole: StoreBackup = { ...store, ...dump, imageId, takenAtMs, durationMs: Date.now() - takenAtMs };
        await noteStore(folder, whole);
        return brief(whole);
      } catch (error) {
        if (error instanceof StoreFailed) throw stepFailed(frozen.redact(error.message), error.excerpt);
        throw error;
      }
    });
  };
}

/** Counts of thousands of tables are for the manifest, not for history. */
function brief({ counts: _counts, details: _details, ...store }: StoreBackup): StoreBackup {
  return store;
}
