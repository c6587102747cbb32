import { cancellationSignal } from '@temporalio/activity';
import { STORE_KINDS } from '../src/backup/kinds.js';
import { askedWithPatience } from '../src/backup/moments.js';
import type { Scripts } from '../src/backup/scripts.js';
import { StoreFailed } from '../src/backup/store-kind.js';
import { writesSince } from '../src/backup/writes-since.js';
import type { RestorableStore } from '../src/spec/restore.js';
import type { StoreWrites } from '../src/spec/store-writes.js';
import { openBackup } from '../src/store/backups.js';
import { openFrozen, type Frozen } from '../src/store/frozen.js';
import type { HostActivities } from './activities.js';
import { backupScripts } from './found-stores.js';
import { ownRunFolder } from './run-place.js';
import type { World } from './world.js';

/** Safe to repeat because it only looks. */
export function countWrites(world: World): HostActivities['countWrites'] {
  return async ({ stack, frozen: ref, backup, stores, reused = [] }) => {
    const frozen = await openFrozen(world.layout, stack, ref.folder);
    const scripts = await backupScripts(world, frozen, ownRunFolder(world, stack), cancellationSignal());
    const writes: StoreWrites[] = [];
    for (const store of stores) {
      const earlier = reused.find((one) => one.store.id === store.id);
      writes.push(await writesTo(world, { frozen, scripts }, store, earlier?.backup ?? backup));
    }
    return writes;
  };
}

async function writesTo(
  { engine, layout }: World,
  { frozen, scripts }: { frozen: Frozen; scripts: Scripts },
  { id, service }: RestorableStore,
  backup: string,
): Promise<StoreWrites> {
  const unknown = (why: string): StoreWrites => ({ store: id, service, counted: [], unknown: frozen.redact(why) });
  const { project } = frozen.spec;
  const opened = await openBackup(layout, project, backup);
  const kept = opened?.manifest.stores.find((store) => store.id === id);
  if (!opened || !kept) return unknown(`the backup ${backup} is gone`);
  const container = (await engine.containers(project, service)).find(({ leftoverOf }) => !leftoverOf);
  if (!container) return unknown(`there is no container of ${service}`);
  const place = { engine, container: container.id, folder: opened.folder, scripts };
  try {
    const count = (): Promise<Record<string, number>> => STORE_KINDS[kept.type].count(kept, place);
    return writesSince(kept, await askedWithPatience(count, cancellationSignal()));
  } catch (error) {
    if (!(error instanceof StoreFailed)) throw error;
    return unknown(error.message);
  }
}
