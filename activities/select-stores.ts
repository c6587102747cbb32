import { mkdir } from 'node:fs/promises';
import { cancellationSignal } from '@temporalio/activity';
import { discoverStores, type FoundStore, mountersOf } from '../src/backup/discover.js';
import { youngestProof } from '../src/backup/prune.js';
import { reachedServices } from '../src/backup/reach.js';
import {
  checkBackupRoom,
  checkOutsideOfContexts,
  checkPrimary,
  checkSize,
  checkStops,
  unreadable,
} from '../src/backup/select-findings.js';
import type { StoreLook } from '../src/backup/look-at-store.js';
import { filesAreThere } from '../src/backup/verify-store.js';
import { diskRoom } from '../src/host/disk-room.js';
import type { BackupManifest, ReusedStore, StoreRef, StoreSelection } from '../src/spec/backup.js';
import type { Finding } from '../src/spec/finding.js';
import { openFrozen } from '../src/store/frozen.js';
import { listBackups, openBackup } from '../src/store/backups.js';
import type { HostActivities } from './activities.js';
import { type Answer, answerOf, askServers, type Asking, foldersOf } from './ask-servers.js';
import { backupPlace, backupsAt } from './backup-place.js';
import { backupScripts, seenStack, type SeenStack } from './found-stores.js';
import { ownRunFolder } from './run-place.js';
import type { World } from './world.js';
import { refOf } from './store-ref.js';

/** Safe to repeat because it only looks; what is being measured is measured once a run, by a child that is found again. */
export function selectStores(world: World): HostActivities['selectStores'] {
  return async ({ stack, frozen: ref, services }) => {
    const frozen = await openFrozen(world.layout, stack, ref.folder);
    const { backup: policy } = frozen.spec.policy;
    const seen = await seenStack(world, frozen);
    const isAll = services.length === 0;
    const reached = reachedServices(seen.rendered, frozen.spec, services);
    const asking: Asking = {
      seen,
      scripts: await backupScripts(world, frozen, ownRunFolder(world, stack), cancellationSignal()),
      isWanted: ({ mountedBy }) => isAll || mountedBy.some((service) => reached.has(service)),
    };
    const answers = await askServers(world, asking);
    const around = { ...seen.around, folders: foldersOf(seen, answers) };
    const { stores: found, left } = discoverStores(seen.containers, around);

    const chosen: StoreSelection = {
      stores: [],
      reused: [],
      left: left.map(({ what, why }) => ({ what, why })),
      findings: [],
    };
    const known = isAll || policy.maxAgeMs === 0 ? [] : await listBackups(world.layout, stack);
    const primaries = primariesFor(found, answers, asking.isWanted);
    for (const one of found) {
      const isReached = asking.isWanted(one) || primaries.has(one.id);
      const answer = answers.get(one.id);
      if (answer && !('failed' in answer) && answer.isReplica && isReached) {
        const hasPrimary = found.some(({ id, type }) => type === one.type && primaries.has(id));
        chosen.findings.push(...checkPrimary(one, hasPrimary));
        if (hasPrimary)
          chosen.left.push({ what: one.id, why: 'it follows another one of the stack, which is backed up' });
        continue;
      }
      const look = answer ?? (isReached ? await answerOf(world, asking, one) : {});
      const reused = await proofOf(world, { known, store: asDumped(one, look), maxAgeMs: policy.maxAgeMs });
      if (reused && !(isReached && 'failed' in look)) {
        chosen.reused.push({ ...reused, ...(isReached ? {} : { unreached: true }) });
      } else if (!isReached) {
        chosen.left.push({ what: one.id, why: 'no service that changes can reach it' });
      } else if ('failed' in look) {
        const { left: without, finding } = unreadable(
          one,
          { isGuess: one.isGuess ?? false, isAll },
          look.failed.message,
        );
        chosen.left.push(...without);
        chosen.findings.push(finding);
      } else {
        const sized = asDumped(one, look);
        chosen.findings.push(...checkSize(sized, policy.maxSizeBytes), ...refusedStop(seen, found, one));
        chosen.stores.push(sized);
        chosen.left.push(...(look.left ?? []));
      }
    }
    const folder = backupsAt(backupPlace(world, frozen, ''));
    chosen.findings.push(...checkOutsideOfContexts(folder, frozen.spec));
    if (chosen.stores.length > 0) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      chosen.findings.push(...checkBackupRoom(chosen.stores, await diskRoom(folder)));
    }
    return chosen;
  };
}

/** A store with what is going to be dumped of it, and how large that is. */
function asDumped(store: FoundStore, look: Answer): StoreRef {
  const { sizeBytes, databases } = 'failed' in look ? ({} as StoreLook) : look;
  return {
    ...refOf(store),
    ...(databases === undefined ? {} : { databases }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
  };
}

/** Servers that hold the data of a wanted one that follows: it cannot be told which, so it is all of that kind. */
function primariesFor(
  found: FoundStore[],
  answers: Map<string, Answer>,
  isWanted: (store: FoundStore) => boolean,
): Set<string> {
  const follows = ({ id }: FoundStore): boolean | undefined => {
    const answer = answers.get(id);
    return answer && !('failed' in answer) ? answer.isReplica : undefined;
  };
  const types = found.filter((one) => isWanted(one) && follows(one) === true).map(({ type }) => type);
  return new Set(found.filter((one) => types.includes(one.type) && follows(one) === false).map(({ id }) => id));
}

/** The youngest proof that can stand for a store: its files are all there still. */
async function proofOf(
  { layout }: World,
  { known, store, maxAgeMs }: { known: BackupManifest[]; store: StoreRef; maxAgeMs: number },
): Promise<ReusedStore | undefined> {
  const proof = youngestProof(known, store, Date.now());
  if (!proof || proof.ageMs > maxAgeMs) return undefined;
  const { stack } = known[0]!;
  const backup = await openBackup(layout, stack, proof.backup);
  const kept = backup?.manifest.stores.find(({ id }) => id === store.id);
  if (!backup || !kept || !(await filesAreThere(kept, backup.folder))) return undefined;
  return { store: { ...refOf(kept), ...store }, ...proof };
}

function refusedStop({ containers, around }: SeenStack, stores: FoundStore[], one: FoundStore): Finding[] {
  if (one.type !== 'volume' || around.policies[one.service]?.consistency !== 'stop') return [];
  const databases = stores.filter(({ type }) => type !== 'volume').map(refOf);
  return checkStops(refOf(one), { mounters: mountersOf(one, containers), databases });
}
