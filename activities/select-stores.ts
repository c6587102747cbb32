import { mkdir } from 'node:fs/promises';
import { cancellationSignal } from '@temporalio/activity';
import { type FoundStore, mountersOf } from '../src/backup/discover.js';
import { sizeOf } from '../src/backup/look-at-store.js';
import { askedWithPatience } from '../src/backup/moments.js';
import { youngestProof } from '../src/backup/prune.js';
import { reachedServices } from '../src/backup/reach.js';
import {
  checkBackupRoom,
  checkOutsideOfContexts,
  checkSize,
  checkStops,
  unreadable,
} from '../src/backup/select-findings.js';
import { StoreFailed } from '../src/backup/store-kind.js';
import { diskRoom } from '../src/host/disk-room.js';
import type { LeftStore, ReusedStore, StoreRef } from '../src/spec/backup.js';
import type { Finding } from '../src/spec/finding.js';
import { openFrozen } from '../src/store/frozen.js';
import { listBackups } from '../src/store/backups.js';
import type { HostActivities } from './activities.js';
import { backupPlace, backupsAt } from './backup-place.js';
import { backupScripts, foundStores, type FoundStores } from './found-stores.js';
import { ownRunFolder } from './run-place.js';
import type { World } from './world.js';
import { refOf } from './store-ref.js';

/** Safe to repeat because it only looks; what is being measured is measured once a run, by a child that is found again. */
export function selectStores(world: World): HostActivities['selectStores'] {
  return async ({ stack, frozen: ref, services }) => {
    const frozen = await openFrozen(world.layout, stack, ref.folder);
    const { backup: policy } = frozen.spec.policy;
    const found = await foundStores(world, frozen);
    const asked = services.length === 0;
    const reached = reachedServices(found.rendered, frozen.spec, services);
    const scripts = await backupScripts(world, frozen, ownRunFolder(world, stack), cancellationSignal());
    const known = await listBackups(world.layout, stack);
    const nowMs = Date.now();

    const stores: StoreRef[] = [];
    const reused: ReusedStore[] = [];
    const left: LeftStore[] = found.left.map(({ what, why }) => ({ what, why }));
    const findings: Finding[] = [];
    for (const one of found.stores) {
      const isReached = asked || one.mountedBy.some((service) => reached.has(service));
      const proof = youngestProof(known, one, nowMs);
      if (proof && !asked && policy.maxAgeMs > 0 && proof.ageMs <= policy.maxAgeMs) {
        reused.push({ store: refOf(one), ...proof, ...(isReached ? {} : { unreached: true }) });
      } else if (!isReached) {
        left.push({ what: one.id, why: 'no service that changes can reach it' });
      } else {
        try {
          const place = { engine: world.engine, container: one.container, scripts, session: `evenkeel-look` };
          const user = found.policies[one.service]?.user;
          const {
            sizeBytes,
            databases,
            left: more,
          } = await askedWithPatience(
            () => sizeOf(one, user === undefined ? place : { ...place, user }),
            cancellationSignal(),
          );
          const sized: StoreRef = {
            ...refOf(one),
            ...(databases === undefined ? {} : { databases }),
            ...(sizeBytes === undefined ? {} : { sizeBytes }),
          };
          findings.push(...checkSize(sized, policy.maxSizeBytes), ...refusedStop(found, one));
          stores.push(sized);
          left.push(...(more ?? []));
        } catch (error) {
          if (!(error instanceof StoreFailed)) throw error;
          const why = unreadable(one, { isGuess: one.isGuess ?? false, isAll: asked }, error.message);
          left.push(...why.left);
          findings.push(why.finding);
        }
      }
    }
    const folder = backupsAt(backupPlace(world, frozen, ''));
    findings.push(...checkOutsideOfContexts(folder, frozen.spec));
    if (stores.length > 0) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      findings.push(...checkBackupRoom(stores, await diskRoom(folder)));
    }
    return { stores, reused, left, findings };
  };
}

function refusedStop({ policies, stores, containers }: FoundStores, one: FoundStore): Finding[] {
  if (one.type !== 'volume' || policies[one.service]?.consistency !== 'stop') return [];
  const databases = stores.filter(({ type }) => type !== 'volume').map(refOf);
  return checkStops(refOf(one), { mounters: mountersOf(one, containers), databases });
}
