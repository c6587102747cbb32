import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { keyedHash } from '../src/docker/content-hashes.js';
import type { ContainerInspect, Engine } from '../src/docker/engine.js';
import { anonymousVolumes, joinedContainers } from '../src/docker/joined-containers.js';
import type { Copies } from '../src/docker/mount-copies.js';
import type { ObservedContainer } from '../src/plan/observed-stack.js';
import type { RestoreFacts } from '../src/plan/restore-decision.js';
import { openCapture, type CaptureRecord } from '../src/store/captures.js';
import { openFrozen, type Frozen } from '../src/store/frozen.js';
import { hostIdentity } from '../src/store/host-identity.js';
import { stackFolder } from '../src/store/layout.js';
import { readJson } from '../src/store/private-file.js';
import { readRelease, type KeptContainer, type Release, type ReleasedService } from '../src/store/releases.js';
import { FORWARD_FOLDER, hasActed, readRestoration, type Restoration } from '../src/store/restorations.js';
import type { Capture } from './activities.js';
import { ownRunFolder } from './run-place.js';
import { stepFailed } from './compose-children.js';
import type { World } from './world.js';

/** One service that is being brought back, with everything known about it. */
export interface Returning {
  stack: string;
  service: string;
  capture: CaptureRecord;
  kept?: ReleasedService;
  /** What its containers were, by number. */
  inspects: Record<number, ContainerInspect>;
  /** The configuration Compose would make it from; only where its release knows one. */
  frozen?: Frozen;
  /** Copies to mount where the host's file has changed. */
  copies: Copies;
  /** For containers that were captured: who stands for them now. */
  standIns: Record<string, string>;
  /** Names of all anonymous volumes that the stack had. */
  volumesBefore: string[];
  runFolder: string;
  /** Whether it is a step of the way forward, and not of the way back. */
  isForward: boolean;
  /** Where it is noted how far this has come: the way forward and the way back do not go by each other's notes. */
  notes: string;
  restoration: Restoration;
  /** The way forward has acted on it, to bring back the same containers. */
  actedForward: boolean;
  facts: RestoreFacts;
}

/** Looks at a service that is to be brought back, on the way forward or on the way back. Changes nothing. */
export async function lookAtReturning(
  world: World,
  stack: string,
  { folder }: Capture,
  { service, isForward }: Pick<Returning, 'service' | 'isForward'>,
): Promise<Returning> {
  const { engine, layout } = world;
  const capture = await openCapture(layout, stack, folder);
  const release = capture.release === undefined ? undefined : await readRelease(layout, stack, capture.release);
  const captured = capture.containers[service] ?? [];
  const kept = captured.length > 0 ? release?.services[service] : undefined;
  if (captured.length > 0 && !kept) throw recordMissing(stack, service, capture);
  const runFolder = ownRunFolder(world, stack);
  const forward = path.join(runFolder, FORWARD_FOLDER);
  const notes = capture.aim ? path.join(runFolder, 'aim') : isForward ? forward : runFolder;
  const restoration = await readRestoration(notes, service);
  const observed = await engine.containers(stack);
  const now = observed.filter((container) => container.service === service);
  const inspects = kept ? await readInspects(world, stack, kept.containers) : {};
  const frozen = kept?.frozen === undefined ? undefined : await openFrozen(layout, stack, kept.frozen);
  const copies = kept ? await changedFiles(world, stack, kept.containers) : {};
  const awaited = captured.map(({ id, number }) => ({ id: restoration.made[number] ?? id, number }));
  return {
    stack,
    service,
    capture,
    ...(kept ? { kept } : {}),
    inspects,
    ...(frozen ? { frozen } : {}),
    copies,
    standIns: release ? standInsFor(release, capture, observed) : {},
    volumesBefore: volumesOf(release),
    runFolder,
    isForward,
    notes,
    restoration,
    actedForward: hasActed(await readRestoration(forward, service)),
    facts: {
      ...(kept ? { kept } : {}),
      captured: awaited,
      now,
      joinsIntact: await joinsIntact(engine, now, awaited),
      volumesHeld: await volumesHeld(engine, inspects, now),
      referenceUsable:
        kept !== undefined && frozen !== undefined && (await referenceUsable(engine, frozen, kept, service)),
      contentDiffers: Object.keys(copies).length > 0,
      configHashAlone: frozen?.spec.services[service]?.configHashAlone,
    },
  };
}

/** It was there, and nothing says any more what it was: what is there now is better than nothing. */
function recordMissing(stack: string, service: string, { release }: CaptureRecord): Error {
  return stepFailed(
    `bringing back ${service}: it was there before, but the record of release ${release ?? '(none)'} of ${stack} does ` +
      'not say how; what runs now is left as it is. Put the release folder back, or deploy what is to serve',
  );
}

function volumesOf(release: Release | undefined): string[] {
  const containers = Object.values(release?.services ?? {}).flatMap((service) => service.containers);
  return containers.flatMap(({ volumes }) => volumes.map(({ name }) => name));
}

async function readInspects(
  world: World,
  stack: string,
  containers: KeptContainer[],
): Promise<Record<number, ContainerInspect>> {
  const inspects: Record<number, ContainerInspect> = {};
  for (const { number, inspect } of containers) {
    const file = path.join(stackFolder(world.layout, stack), inspect);
    const content = await readJson<ContainerInspect>(file);
    if (!content) throw new Error(`${file} is gone: a container cannot be made again without it`);
    inspects[number] = content;
  }
  return inspects;
}

/** Bound files whose content on the host is not what the containers saw. */
async function changedFiles({ layout }: World, stack: string, containers: KeptContainer[]): Promise<Copies> {
  const { key } = await hostIdentity(layout);
  const copies: Copies = {};
  for (const { source, hash, copy } of containers.flatMap(({ bound }) => bound)) {
    if (source === undefined || copies[source] !== undefined) continue;
    const now = await readFile(source).catch(() => undefined);
    const same = now !== undefined && keyedHash(key, now) === hash;
    if (!same) copies[source] = path.join(stackFolder(layout, stack), copy);
  }
  return copies;
}

/** A container that was made again by Compose or by us has a new id; its service and number stay. */
function standInsFor(release: Release, capture: CaptureRecord, observed: ObservedContainer[]): Record<string, string> {
  const standIns: Record<string, string> = {};
  const known = [
    ...Object.entries(release.services),
    ...Object.entries(capture.containers).map(([s, containers]) => [s, { containers }] as const),
  ];
  for (const [service, { containers }] of known) {
    const now = observed.filter((container) => container.service === service && container.leftoverOf === undefined);
    for (const { id, number } of containers) {
      const standIn = now.find((container) => container.number === number);
      if (standIn) standIns[id] = standIn.id;
    }
  }
  return standIns;
}

async function joinsIntact(engine: Engine, now: ObservedContainer[], captured: { id: string }[]): Promise<boolean> {
  const survivors = now.filter(({ id }) => captured.some((container) => container.id === id));
  for (const { id } of survivors) {
    const inspect = await engine.inspect(id);
    for (const joined of inspect ? joinedContainers(inspect) : []) {
      if (!(await engine.inspect(joined))) return false;
    }
  }
  return true;
}

async function volumesHeld(
  engine: Engine,
  inspects: Record<number, ContainerInspect>,
  now: ObservedContainer[],
): Promise<boolean> {
  for (const [number, inspect] of Object.entries(inspects)) {
    const wanted = anonymousVolumes(inspect);
    if (wanted.length === 0) continue;
    const holders = await Promise.all(
      now.filter((container) => container.number === Number(number)).map(({ id }) => engine.inspect(id)),
    );
    const mounts = holders.flatMap((holder) => holder?.Mounts ?? []);
    const isHeld = ({ name, target }: { name: string; target: string }) =>
      mounts.some((mount) => mount.Name === name && mount.Destination === target);
    if (!wanted.every(isHeld)) return false;
  }
  return true;
}

/** A tag can be put back; a digest names the kept image, or nothing can make it. */
async function referenceUsable(
  engine: Engine,
  frozen: Frozen,
  kept: ReleasedService,
  service: string,
): Promise<boolean> {
  const reference = frozen.spec.services[service]?.image;
  if (reference === undefined) return false;
  return !reference.includes('@') || (await engine.imageId(reference)) === kept.imageId;
}
