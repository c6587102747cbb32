import path from 'node:path';
import { unfitFor } from '../src/backup/fits-release.js';
import { checkRestoreRoom, type StoreRoom } from '../src/backup/restore-room.js';
import type { ContainerInspect } from '../src/docker/engine.js';
import { isLocalEngine } from '../src/docker/engine-address.js';
import { duration } from '../src/gates/words.js';
import { diskRoom } from '../src/host/disk-room.js';
import type { Step } from '../src/plan/plan.js';
import { restingWaves } from '../src/plan/resting-waves.js';
import type { BackupManifest, StoreBackup } from '../src/spec/backup.js';
import type { Finding } from '../src/spec/finding.js';
import type { RestorableStore } from '../src/spec/restore.js';
import { listBackups, openBackup } from '../src/store/backups.js';
import { openFrozen, type Frozen } from '../src/store/frozen.js';
import { stackFolder } from '../src/store/layout.js';
import { readJson } from '../src/store/private-file.js';
import { readRelease } from '../src/store/releases.js';
import { type Swap, swapsOf } from '../src/store/swaps.js';
import type { HostActivities } from './activities.js';
import { backupScripts } from './found-stores.js';
import { restorableStore } from './restorable-store.js';
import { restingSteps } from './resting-steps.js';
import { ownRun, ownRunFolder } from './run-place.js';
import { type EarlierStore, earlierStores } from './whole-backup.js';
import { unsettledSwaps } from './unsettled.js';
import { servicesLeftAtRest, unsettledFindings } from './unsettled-findings.js';
import type { World } from './world.js';

/** Safe to repeat because it only looks. */
export function chooseRestore(world: World): HostActivities['chooseRestore'] {
  return async ({ stack, frozen: ref, backup: asked, services, into }) => {
    const frozen = await openFrozen(world.layout, stack, ref.folder);
    const id = asked ?? (await listBackups(world.layout, stack))[0]?.id;
    const opened = id === undefined ? undefined : await openBackup(world.layout, stack, id);
    const nothing = { backup: id ?? '', atMs: 0, stores: [], waves: [] };
    if (!opened) return { ...nothing, findings: [noBackup(stack, id)] };

    const manifest = into === undefined ? opened.manifest : reachedOf(opened.manifest);
    const { earlier, findings: gone } = await earlierStores(world, manifest);
    const isWanted = (service: string): boolean => services.length === 0 || services.includes(service);
    const all = [...manifest.stores, ...earlier.map(({ kept }) => kept)];
    const wanted = all.filter(({ service }) => isWanted(service));
    const findings = gone.filter(({ service }) => isWanted(service!));
    const missing = services.filter((service) => ![...wanted, ...findings].some((one) => one.service === service));
    findings.push(...missing.map((service) => notInBackup(service, { ...manifest, stores: all })));
    const reused = earlier.filter(({ store }) => isWanted(store.service));
    const runFolder = ownRunFolder(world, stack);
    const begun = await swapsOf(runFolder);
    findings.push(...begun.filter(({ store }) => !wanted.some(({ id: one }) => one === store.id)).map(leftOut));
    const scripts = await backupScripts(world, frozen, runFolder);
    const stores: RestorableStore[] = [];
    const rooms: StoreRoom[] = [];
    const holders = new Set<string>();
    for (const store of wanted) {
      const found = await restorableStore(world, { frozen, scripts, begun }, store);
      if ('why' in found) findings.push(impossible(store, frozen.redact(found.why)));
      else {
        findings.push(...found.findings);
        if (into !== undefined) findings.push(...(await unfitFindings(world, stack, { into, backup: id!, ...found })));
        stores.push(found.store);
        rooms.push(found.room);
        for (const service of found.users) holders.add(service);
      }
    }
    if (all.length === 0 && findings.length === 0) findings.push(emptyBackup(manifest));
    findings.push(...(await roomFindings(world, rooms)));
    const unsettled = await unsettledSwaps(world, stack, ownRun().workflowId);
    const replaced = stores.map(({ volume }) => volume);
    findings.push(...(await unsettledFindings(world, stack, unsettled, replaced)));
    const waves = findings.some(({ severity }) => severity === 'error')
      ? []
      : await restingSteps(world, stack, frozen.spec, {
          waves: restingWaves(frozen.spec, [...holders]),
          stores,
          left: await servicesLeftAtRest(world, stack, unsettled),
        });
    findings.push(...reused.map(fromEarlier));
    findings.push(...(await startedToo(world, frozen, waves)));
    return {
      ...{ backup: manifest.id, atMs: manifest.atMs, stores, waves, findings },
      reused: reused.map(({ kept: _kept, ...where }) => where),
    };
  };
}

/** What the release that replaced another one could not reach has gone on without it. */
function reachedOf(manifest: BackupManifest): BackupManifest {
  return { ...manifest, reused: manifest.reused.filter(({ unreached }) => !unreached) };
}

/** A service that the release did not have comes up on nothing. */
async function unfitFindings(
  { layout }: World,
  stack: string,
  { into, backup, store }: { into: string; backup: string; store: RestorableStore },
): Promise<Finding[]> {
  const release = await readRelease(layout, stack, into);
  const [container] = release?.services[store.service]?.containers ?? [];
  if (!container) return [];
  const inspect = await readJson<ContainerInspect>(path.join(stackFolder(layout, stack), container.inspect));
  const volumes = (inspect?.Mounts ?? []).flatMap(({ Name }) => Name ?? []);
  const unfit = unfitFor(into, store, { imageId: container.imageId, volumes }, backup);
  return unfit ? [unfit] : [];
}

/** On an engine that is elsewhere nobody can see from here how much is free. */
async function roomFindings({ engine, env }: World, rooms: StoreRoom[]): Promise<Finding[]> {
  if (!isLocalEngine(env)) return [];
  const { rootDir } = await engine.info();
  return checkRestoreRoom(rooms, await diskRoom(rootDir));
}

/** Who has stopped a service on purpose has to know that it does not stay so. */
async function startedToo({ engine }: World, { spec }: Frozen, waves: Step[][]): Promise<Finding[]> {
  const containers = await engine.containers(spec.project);
  const stopped = waves.flat().filter(({ service, scale, gate }) => {
    const own = containers.filter((one) => one.service === service && one.leftoverOf === undefined);
    return (
      scale > 0 && gate.kind === 'long-running' && own.every(({ state }) => state === 'exited' || state === 'created')
    );
  });
  return stopped.map(({ service }) => ({
    ...{ rule: 'restore-starts', severity: 'warning', service },
    message: `${service} does not run; it is started and judged once its data is restored`,
    remedy: `if it is to rest, stop it afterwards: docker compose stop ${service}`,
  }));
}

function noBackup(stack: string, id: string | undefined): Finding {
  const message = id === undefined ? `${stack} has no backup on this host` : `there is no backup "${id}" on this host`;
  return { rule: 'no-backup', severity: 'error', message, remedy: 'list them: evenkeel backup list' };
}

function notInBackup(service: string, { id, stores }: BackupManifest): Finding {
  return {
    ...{ rule: 'not-in-backup', severity: 'error', service },
    message: `the backup ${id} has no data of ${service}; it has some of ${stores.map((one) => one.service).join(', ')}`,
    remedy: 'list them: evenkeel backup list',
  };
}

/** Data of two moments may not belong together: whoever asked has to know. */
function fromEarlier({ store, backup, ageMs }: EarlierStore): Finding {
  return {
    ...{ rule: 'restore-earlier', severity: 'warning', service: store.service },
    message: `${store.id} is restored from the backup ${backup}, ${duration(ageMs)} old, which stands for it (backup.max_age)`,
  };
}

/** Whoever goes on has to replace all that its former self has: else there would be data of two moments. */
function leftOut({ store: { id, service, volume } }: Swap): Finding {
  return {
    ...{ rule: 'restore-impossible', severity: 'error', service },
    message: `before it was reset this run began to replace ${volume}, and the backup has no ${id}`,
    remedy: 'everything is put back; then name the backup: evenkeel restore BACKUP',
  };
}

function emptyBackup({ id }: BackupManifest): Finding {
  return { rule: 'no-backup', severity: 'error', message: `the backup ${id} has no data`, remedy: 'take another one' };
}

function impossible({ id, service }: StoreBackup, why: string): Finding {
  return {
    ...{ rule: 'restore-impossible', severity: 'error', service },
    message: `${id} cannot be restored: ${why}`,
  };
}
