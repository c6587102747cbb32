import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../src/docker/engine.js';
import { anonymousVolumes } from '../src/docker/joined-containers.js';
import { sweepLeftovers } from '../src/docker/leftovers.js';
import { mountCopiesInCompose, mountCopiesInInspect } from '../src/docker/mount-copies.js';
import { tarAtRoot } from '../src/docker/tar-file.js';
import type { ObservedContainer } from '../src/plan/observed-stack.js';
import type { RestoreDecision } from '../src/plan/restore-decision.js';
import { stackFolder } from '../src/store/layout.js';
import { noteNaming } from '../src/store/named-images.js';
import { writePrivate } from '../src/store/private-file.js';
import type { KeptContainer, ReleasedService } from '../src/store/releases.js';
import { writeRestoration } from '../src/store/restorations.js';
import { madeFrom } from './begun-facts.js';
import { composeUntil, stepFailed } from './compose-children.js';
import { upCallNow } from './up-service.js';
import { upWithin } from './up-within.js';
import type { Returning } from './restore-facts.js';
import type { World } from './world.js';

type Decided<Way extends RestoreDecision['way']> = Extract<RestoreDecision, { way: Way }>;

/**
 * Compose makes the service again from the configuration it had, at the scale it had, after the reference has been made
 * to name the image it had. What was stopped is created and not started.
 */
export async function restoreByCompose(
  world: World,
  returning: Returning,
  { force }: Decided<'compose'>,
  lock: { fd: number },
): Promise<void> {
  const { engine } = world;
  const { stack, service } = returning;
  const kept = returning.kept!;
  const frozen = returning.frozen!;
  const composeFile = await writeWithCopies(returning);
  const strangers = await noteStrangers(returning);
  await composeUntil(world, {
    stack,
    name: `${actOf(returning)}-${service}`,
    doing: `bringing back ${service}`,
    frozen,
    prepare: async () => {
      const { force: clearing } = await sweepLeftovers(engine, stack, service);
      await nameAgain(engine, returning.runFolder, kept.imageId, frozen.spec.services[service]!.image);
      const wish = { service, scale: kept.scale, force: force || clearing, start: kept.state === 'running' };
      return { ...(await upCallNow(world, frozen, wish)), ...(composeFile ? { composeFile } : {}) };
    },
    look: async () => {
      const now = await engine.containers(stack, service);
      const { configHashAlone } = frozen.spec.services[service]!;
      const isOurs = now.every(({ id }) => !strangers.includes(id));
      return (isOurs && isBack(kept, now, { rewritten: composeFile !== undefined, configHashAlone })) || undefined;
    },
    unmet: 'its containers are not those of before; somebody else may be at work on them',
    lockFd: lock.fd,
    withinMs: await upWithin(world, stack, [service]),
  });
}

/** What its Compose is called: none finds the traces of another's. */
function actOf({ capture, isForward }: Returning): string {
  if (capture.aim) return 'bring-back';
  return isForward ? 'start' : 'restore';
}

/**
 * The containers that have to go, once and for all attempts: a later one finds what an earlier one has brought back. Where
 * only content had changed, nothing else tells the two apart.
 */
async function noteStrangers({ notes, service, restoration, facts }: Returning): Promise<string[]> {
  if (restoration.strangers) return restoration.strangers;
  restoration.strangers = facts.now.map(({ id }) => id).filter((id) => !facts.captured.some((one) => one.id === id));
  await writeRestoration(notes, service, restoration);
  return restoration.strangers;
}

/** What Compose may be recognised by, beside the label of before. */
interface Labels {
  rewritten: boolean;
  configHashAlone: string | undefined;
}

function isBack(kept: ReleasedService, now: ObservedContainer[], { rewritten, configHashAlone }: Labels): boolean {
  return (
    now.length === kept.scale &&
    now.every(
      ({ leftoverOf, imageId, configHash, state }) =>
        leftoverOf === undefined &&
        imageId === kept.imageId &&
        (rewritten || configHash === kept.configHash || configHash === configHashAlone) &&
        (kept.state !== 'running' || !['created', 'removing', 'dead'].includes(state)),
    )
  );
}

/** The frozen file with kept copies mounted; undefined where nothing has changed on the host. */
async function writeWithCopies(returning: Returning): Promise<string | undefined> {
  const { frozen, service, copies } = returning;
  if (Object.keys(copies).length === 0) return undefined;
  const file = fileWithCopies(returning);
  await writePrivate(file, mountCopiesInCompose(await readFile(frozen!.composeFile, 'utf8'), service, copies));
  return file;
}

function fileWithCopies({ notes, service }: Returning): string {
  return path.join(notes, 'restored', `${service}.compose.yaml`);
}

/**
 * Whether a container is one that the step has made itself, or stands for: by its notes, or by the file that Compose says it was made
 * from. What an earlier attempt has made from an inspect may not be noted yet; then any may be.
 */
export async function isOurs({ engine }: World, returning: Returning, id: string): Promise<boolean> {
  const { restoration, facts, frozen } = returning;
  if (restoration.acted || facts.captured.some((container) => container.id === id)) return true;
  const file = frozen && madeFrom(await engine.inspect(id));
  return file !== undefined && [frozen!.composeFile, fileWithCopies(returning)].includes(file);
}

/** Each container is made again from its inspect, with the files that were copied into it, and started if it ran. */
export async function restoreByInspect(
  world: World,
  returning: Returning,
  { remove, recreate, start }: Decided<'inspect'>,
): Promise<void> {
  const { engine } = world;
  await noteOrphanedVolumes(world, returning, remove);
  for (const id of remove) await engine.remove(id);
  for (const id of start) await engine.start(id);
  for (const number of recreate) {
    const container = returning.kept!.containers.find((other) => other.number === number)!;
    const id = await recreateContainer(world, returning, container);
    returning.restoration.made[number] = id;
    await writeRestoration(returning.notes, returning.service, returning.restoration);
    if (container.state === 'running') await engine.start(id);
  }
}

async function recreateContainer(
  { engine, layout }: World,
  { stack, service, inspects, copies, standIns, runFolder }: Returning,
  { number, imageId, copied, name }: KeptContainer,
): Promise<string> {
  if ((await engine.imageId(imageId)) === null) {
    throw stepFailed(
      `bringing back ${service}: its image ${imageId} is gone; build or pull it again, then start ${name}`,
    );
  }
  const inspect = mountCopiesInInspect(inspects[number]!, copies);
  await nameAgain(engine, runFolder, imageId, inspect.Config.Image);
  const id = await engine.recreate(inspect, imageId, standIns);
  if (copied.length > 0) {
    const files = await Promise.all(
      copied.map(async ({ target, copy, mode, uid, gid }) => ({
        path: target,
        content: await readFile(path.join(stackFolder(layout, stack), copy)),
        mode,
        uid,
        gid,
      })),
    );
    await engine.writePath(id, '/', await tarAtRoot(files, new Date()));
  }
  return id;
}

/** Makes a tag name the image again; an id or a digest needs nothing. */
async function nameAgain(engine: Engine, runFolder: string, imageId: string, reference: string): Promise<void> {
  if (reference.includes('@') || reference.startsWith('sha256:')) return;
  if ((await engine.imageId(reference)) === imageId) return;
  await noteNaming(runFolder, { reference, imageId });
  await engine.tag(imageId, reference);
}

/** Nothing of it was there before. Its volumes stay. */
export async function removeService(world: World, returning: Returning, { remove }: Decided<'absent'>): Promise<void> {
  await noteOrphanedVolumes(world, returning, remove);
  for (const id of remove) await world.engine.remove(id);
}

/** Volumes without a name of their own that go out of sight with the containers: nothing else will list them. */
async function noteOrphanedVolumes({ engine }: World, returning: Returning, ids: string[]): Promise<void> {
  const { restoration, notes, service, volumesBefore } = returning;
  const held = (await Promise.all(ids.map((id) => engine.inspect(id)))).flatMap((it) =>
    it ? anonymousVolumes(it) : [],
  );
  const orphaned = held.map(({ name }) => name).filter((name) => !volumesBefore.includes(name));
  if (orphaned.length === 0) return;
  restoration.orphanedVolumes = [...new Set([...restoration.orphanedVolumes, ...orphaned])];
  await writeRestoration(notes, service, restoration);
}
