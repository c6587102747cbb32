import type { Finding } from '../src/spec/finding.js';
import { listBackups, openBackup } from '../src/store/backups.js';
import type { HostActivities } from './activities.js';
import { summaryOf } from './backup-summary.js';
import { earlierStores } from './whole-backup.js';
import type { World } from './world.js';
import { refOf } from './store-ref.js';

/** Safe to repeat because it only looks. */
export function chooseDrill(world: World): HostActivities['chooseDrill'] {
  return async ({ stack, backup: asked }) => {
    const id = asked === 'newest' ? (await listBackups(world.layout, stack))[0]?.id : asked;
    const opened = id === undefined ? undefined : await openBackup(world.layout, stack, id);
    if (!opened) return { stores: [], findings: [noBackup(stack, id)] };
    const { manifest, folder } = opened;
    const stores = manifest.stores.map(refOf);
    const { earlier, findings } = await earlierStores(world, manifest);
    if (stores.length + manifest.reused.length === 0) findings.push(emptyBackup(manifest.id));
    const reused = earlier.map(({ kept: _kept, ...where }) => where);
    return { backup: summaryOf(manifest, folder), stores, reused, findings };
  };
}

function noBackup(stack: string, id: string | undefined): Finding {
  const message = id === undefined ? `${stack} has no backup on this host` : `there is no backup "${id}" on this host`;
  return { rule: 'no-backup', severity: 'error', message, remedy: 'list them: evenkeel backup list' };
}

function emptyBackup(id: string): Finding {
  return {
    ...{ rule: 'no-backup', severity: 'error', message: `the backup ${id} has no data` },
    remedy: 'take another one: evenkeel backup create',
  };
}
