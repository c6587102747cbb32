import { childScripts, type Scripts } from '../src/backup/scripts.js';
import { StoreFailed } from '../src/backup/store-kind.js';
import { COPY, MAKE_KEPT, STARTS, sumsSaid, wasStarted, WHO_USES } from '../src/backup/swap-scripts.js';
import { isStranger, isUp, usersSaid } from '../src/backup/volume-users.js';
import { dockerEnvironment } from '../src/docker/compose-environment.js';
import type { RestorableStore, Swapped } from '../src/spec/restore.js';
import { openCapture } from '../src/store/captures.js';
import { openFrozen } from '../src/store/frozen.js';
import { encodeName } from '../src/store/layout.js';
import { noteSwap, readSwap } from '../src/store/swaps.js';
import type { HostActivities, Turn } from './activities.js';
import { stepFailed } from './compose-children.js';
import { firstFoundByHand } from './found-by-hand.js';
import { copierOf, keptVolumes, removePartOfACopy } from './kept-volumes.js';
import { ownRun, ownRunFolder, ownCapturePlace } from './run-place.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat because each copy is a child whose traces say whether it ended well: one that did is not made again, one
 * that outlived its worker holds the host lock and is awaited, and one that was killed empties what it filled and begins
 * anew. How far the run, or its former self, has come is noted before it acts: the old content is whole in a volume of its own
 * before the live one is touched, and what was kept once is never kept again. It is never interrupted. Right before each of both it looks
 * whether somebody has made other containers of who rests, and leaves that to people.
 */
export function swapData(world: World): HostActivities['swapData'] {
  return async (args) =>
    atRest(world, args, async (swap) => {
      const { store, services, stack, seen = {} } = args;
      const { kept, volume } = store;
      const restored = await volumeOnTwin(world, args.twin.project, store);
      if ((await readSwap(swap.runFolder, store.id))?.stage !== 'filling') {
        const before = await firstFoundByHand(world, stack, seen);
        if (before) return before;
        await noteSwap(swap.runFolder, { store, services, stage: 'keeping' });
        // Once a copy has been begun, a volume that is gone has taken it along.
        if (!(await swap.scripts.hasBegun(copyName('keep', store)))) {
          const args = [kept, stack, ownRun().runId];
          await swap.scripts.run({ name: `make-${store.id}`, doing: `making ${kept}`, text: MAKE_KEPT, args });
        }
        const sums = await copy(world, swap, 'keep', { from: volume, to: kept });
        await requireKept(world, stack, store);
        const meanwhile = await firstFoundByHand(world, stack, seen);
        if (meanwhile) return meanwhile;
        await noteSwap(swap.runFolder, { store, services, stage: 'filling', ...(sums === undefined ? {} : { sums }) });
      }
      await copy(world, swap, 'fill', { from: restored, to: volume });
      return undefined;
    });
}

/** Safe to repeat for the same reasons. Where the live volume has not been touched there is nothing to put back. */
export function putDataBack(world: World): HostActivities['putDataBack'] {
  return async (args) =>
    atRest(world, { ...args, services: [] }, async (swap) => {
      const noted = await readSwap(swap.runFolder, args.store.id);
      if (!noted) return { touched: false };
      const { store, sums } = noted;
      const { kept, volume } = store;
      if (noted.stage === 'keeping') {
        await endCopy(swap);
        return { touched: false, ...(await removePartOfACopy(world, kept)) };
      }
      const stopped = noted.stopped ?? [];
      if (noted.stage !== 'back') {
        const stopping = async (names: string[]): Promise<void> => {
          stopped.push(...names.filter((name) => !stopped.includes(name)));
          await noteSwap(swap.runFolder, { ...noted, stopped });
        };
        const back = { from: kept, to: volume, ...(sums === undefined ? {} : { sums }) };
        await copy(world, { ...swap, store, services: noted.services, stopping }, 'put-back', back);
        await noteSwap(swap.runFolder, { ...noted, stopped, stage: 'back' });
      }
      return { touched: true, stopped };
    });
}

/** Nothing is removed from a volume, on either way, while nobody has what it had before. */
async function requireKept(world: World, stack: string, { kept, volume, service }: RestorableStore): Promise<void> {
  if ((await keptVolumes(world, stack)).has(kept)) return;
  throw new StoreFailed(
    `there is no volume ${kept} any more that keeps what ${volume} had before, so nothing was removed from ${volume}, which ` +
      `stays as it is: restore a backup of it (evenkeel restore -p ${stack} ${service}), or say that it is right`,
  );
}

interface Swapping {
  stack: string;
  store: RestorableStore;
  /** Who rests meanwhile; any other container is nobody's to stop. */
  services: string[];
  scripts: Scripts;
  /** Where it is noted how far the run has come. */
  runFolder: string;
  /** Name of the one container that copies. */
  copier: string;
  /** Notes the names of strangers before they are stopped, where that is allowed. */
  stopping?: (strangers: string[]) => Promise<void>;
}

async function atRest<T>(world: World, args: Turn & Swapped, act: (swap: Swapping) => Promise<T>): Promise<T> {
  const { stack, store, services } = args;
  return withTurn(world, args, async (lock) => {
    // A run that was reset may turn back before it has frozen anything itself.
    const capture = await openCapture(world.layout, stack, ownCapturePlace(world, stack));
    const frozen = await openFrozen(world.layout, stack, capture.frozen);
    const runFolder = ownRunFolder(world, stack);
    const scripts = await childScripts({
      ...{ runFolder, env: dockerEnvironment(world.env), redact: frozen.redact },
      lockFd: lock.fd,
    });
    const copier = copierOf(stack, store);
    try {
      return await act({ stack, store, services, scripts, runFolder, copier });
    } catch (error) {
      if (error instanceof StoreFailed) throw stepFailed(frozen.redact(error.message), error.excerpt);
      throw error;
    }
  });
}

type Direction = 'keep' | 'fill' | 'put-back';

/** A volume that is written to each time while it is copied is not at rest. */
const MOST_ROUNDS = 5;

/**
 * Fills one volume from another, while nothing that could write to the live one runs. Where somebody has started what was at
 * rest, as a restarted engine does, also after a copy that we find whole, that one is stopped and the copy is made anew: what was
 * written meanwhile is in it, or is gone from it.
 */
async function copy(
  world: World,
  swapping: Swapping,
  direction: Direction,
  { from, to, sums = '' }: { from: string; to: string; sums?: string },
): Promise<string | undefined> {
  const { stack, store, scripts, copier } = swapping;
  const { volume } = store;
  const doing = `filling ${to} from ${from}`;
  const makeWay = (): Promise<void> => stopUsers(world, swapping);
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const name = copyName(direction, store, round);
    const before = await scripts.run({
      ...{ name, doing, text: COPY, args: [copier, store.imageId, from, to, volume, sums] },
      prepare: async () => {
        if (to === volume) await requireKept(world, stack, store);
        await endCopy(swapping);
        await makeWay();
      },
      afterKill: () => endCopy(swapping),
    });
    await makeWay();
    const now = await scripts.look({ doing: 'looking who was started', text: STARTS, args: [volume] });
    if (!wasStarted(before, now)) return sumsSaid(before);
  }
  throw new StoreFailed(`${doing}: a container that mounts ${volume} is started again and again meanwhile`);
}

function copyName(direction: Direction, { id }: RestorableStore, round = 1): string {
  return encodeName(`${direction}-${id}${round === 1 ? '' : `~${round}`}`);
}

async function endCopy({ scripts, copier }: Swapping): Promise<void> {
  const text = 'docker rm --force "$1" >/dev/null 2>&1; exit 0';
  await scripts.look({ doing: 'ending a copy', text, args: [copier] });
}

/**
 * Nothing that mounts the volume runs. A stranger is stopped only where the old content has to come back; else it is named, and
 * `StoreFailed` says so before anything is done to the volume.
 */
async function stopUsers(world: World, swapping: Swapping): Promise<void> {
  const { stack, services, scripts, store, stopping } = swapping;
  const said = await scripts.look({ doing: 'looking who uses the volume', text: WHO_USES, args: [store.volume] });
  const up = usersSaid(said).filter(isUp);
  const strangers = up.filter((user) => isStranger(user, stack, services)).map(({ name }) => name);
  if (strangers.length > 0 && !stopping) {
    throw new StoreFailed(
      `${strangers.join(', ')} mounts ${store.volume}, and is no service that rests: let it come to its end first`,
    );
  }
  if (strangers.length > 0) await stopping?.(strangers);
  for (const { id } of up) await world.engine.stop(id);
}

/** The volume that the store was restored into. Its server is stopped first, so that all it has is in its files. */
async function volumeOnTwin({ engine }: World, project: string, store: RestorableStore): Promise<string> {
  const [container] = await engine.containers(project, store.service);
  const inspect = container && (await engine.inspect(container.id));
  const mount = inspect?.Mounts.find(({ Destination }) => Destination === store.target);
  if (!inspect || mount?.Type !== 'volume' || mount.Name === undefined || mount.Name === store.volume) {
    throw new StoreFailed(`${store.id}: the twin has no volume of its own at ${store.target}`);
  }
  await engine.stop(inspect.Id);
  return mount.Name;
}
