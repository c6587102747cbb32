import { setTimeout as pause } from 'node:timers/promises';
import { cancellationSignal } from '@temporalio/activity';
import { lookWhatItHolds, nobodyKnowsWhatItHolds, wouldBeLost } from '../src/backup/postgres-holds.js';
import type { Scripts } from '../src/backup/scripts.js';
import { StoreFailed } from '../src/backup/store-kind.js';
import { mountsOf, storeVolume } from '../src/backup/store-volume.js';
import type { StoreRoom } from '../src/backup/restore-room.js';
import { LOOK_INTO, WHO_USES } from '../src/backup/swap-scripts.js';
import { isStranger, isUp, usersSaid, type VolumeUser } from '../src/backup/volume-users.js';
import type { ContainerInspect } from '../src/docker/engine.js';
import type { StoreBackup } from '../src/spec/backup.js';
import type { Finding } from '../src/spec/finding.js';
import type { RestorableStore } from '../src/spec/restore.js';
import type { Frozen } from '../src/store/frozen.js';
import type { Swap } from '../src/store/swaps.js';
import { ownRun } from './run-place.js';
import type { World } from './world.js';

/** How often a server is asked that does not answer, and how long is waited in between. */
const MOST_QUESTIONS = 10;
const PAUSE_MS = 2_000;

/** A store that can be restored, who uses its volume, what it takes, and what is to be said about it; or why it cannot. */
export type Restorable =
  { store: RestorableStore; users: string[]; room: StoreRoom; findings: Finding[] } | { why: string };

interface Surroundings {
  frozen: Frozen;
  scripts: Scripts;
  /** What a former self of the run has begun to replace. */
  begun: Swap[];
}

/** Whether the content of a store can be replaced, by what its container and its volume are now. */
export async function restorableStore(
  world: World,
  surroundings: Surroundings,
  backedUp: StoreBackup,
): Promise<Restorable> {
  const { frozen, scripts, begun } = surroundings;
  const { spec } = frozen;
  const { id, type, service, databases, sizeBytes, filesOf, ...backup } = backedUp;
  const former = begun.find(({ store }) => store.id === id);
  const asked = spec.services[service];
  const container = (await world.engine.containers(spec.project, service)).find(({ leftoverOf }) => !leftoverOf);
  const inspect = container && (await world.engine.inspect(container.id));
  if (!asked || !container || !inspect) return { why: `there is no container of ${service} to restore it into` };
  const isAsAsked =
    [asked.configHash, asked.configHashAlone].includes(container.configHash) &&
    (await world.engine.imageId(asked.image)) === container.imageId;
  if (!isAsAsked) return { why: `${service} is not what its configuration says; deploy first` };
  const found = storeVolume({ type, ...backup }, { mounts: mountsOf(inspect), environment: inspect.Config.Env ?? [] });
  if ('why' in found) return found;

  const { volume, target } = found;
  const said = await scripts.look({ doing: 'looking who uses the volume', text: WHO_USES, args: [volume] });
  const users = usersSaid(said);
  const isForeign = (user: VolumeUser): boolean => isStranger(user, spec.project, Object.keys(spec.services));
  const stranger = users.find((user) => isForeign(user) && isUp(user));
  if (stranger) return { why: `the container ${stranger.name} uses ${volume} too, and is no service of the stack` };
  let size: number;
  try {
    const into = { doing: `looking into the image of ${service}`, text: LOOK_INTO };
    size = Number.parseInt(await scripts.look({ ...into, args: [container.imageId, volume] }), 10) * 1024;
  } catch (error) {
    if (error instanceof StoreFailed) return { why: error.message };
    throw error;
  }
  return {
    store: {
      ...{ id, type, service, volume, target, imageId: container.imageId },
      ...(databases === undefined ? {} : { databases }),
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
      ...(filesOf === undefined ? {} : { filesOf }),
      kept: former?.store.kept ?? `${volume}-before-${ownRun().runId.slice(-8)}`,
    },
    users: [...new Set([service, ...users.filter((user) => !isForeign(user)).map((user) => user.service)])],
    // What a former self has kept is there already.
    room: { toKeep: former?.stage === 'filling' ? 0 : size || 0, restored: sizeBytes ?? 0 },
    // What a former self has replaced by now tells nothing.
    findings: former?.stage === 'filling' ? [] : await losses(surroundings, backedUp, inspect),
  };
}

/** A server that is just starting is asked again; one that does not run, or is broken, does not keep anybody from a restore. */
async function losses(
  { frozen, scripts }: Surroundings,
  backedUp: StoreBackup,
  { Id, Config, State }: ContainerInspect,
): Promise<Finding[]> {
  if (backedUp.type !== 'postgres') return [];
  const asked = { container: Id, user: backedUp.details?.['user'] ?? '' };
  for (let left = State.Running ? MOST_QUESTIONS : 1; ; left -= 1) {
    try {
      return wouldBeLost(backedUp, await lookWhatItHolds(scripts, asked), Config.Env ?? []);
    } catch (error) {
      if (!(error instanceof StoreFailed)) throw error;
      if (left === 1) return [nobodyKnowsWhatItHolds(backedUp, frozen.redact(error.message))];
      await pause(PAUSE_MS, undefined, { signal: cancellationSignal() });
    }
  }
}
