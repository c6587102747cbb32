import { STORE_KINDS } from '../src/backup/kinds.js';
import { openBackup } from '../src/store/backups.js';
import type { HostActivities } from './activities.js';
import { stepFailed } from './compose-children.js';
import { raiseFrom } from './raise-from.js';
import type { World } from './world.js';

/**
 * Safe to repeat because a server that an earlier attempt has started is taken as it is, what was being restored into it is
 * found by its traces and awaited, and what was made and never started is looked at once more before it is.
 */
export function raiseStore(world: World): HostActivities['raiseStore'] {
  return async (args) => {
    const { stack, backup: id, store } = args;
    const opened = await openBackup(world.layout, stack, id);
    const backup = opened?.manifest.stores.find((one) => one.id === store.id);
    if (!opened || !backup)
      throw stepFailed(`the backup ${id} has no ${store.id}; list what there is: evenkeel backup list`);
    return raiseFrom(world, args, { backup, folder: opened.folder, kind: STORE_KINDS[backup.type] });
  };
}
