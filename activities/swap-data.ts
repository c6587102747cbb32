import path from 'node:path';
import { childScripts, type Scripts } from '../src/backup/scripts.js';
import { StoreFailed } from '../src/backup/store-kind.js';
import { COPY, MAKE_KEPT, USERS } from '../src/backup/swap-scripts.js';
import { dockerEnvironment } from '../src/docker/compose-environment.js';
import type { RestorableStore } from '../src/spec/restore.js';
import { openCapture } from '../src/store/captures.js';
import { openFrozen } from '../src/store/frozen.js';
import { encodeName } from '../src/store/layout.js';
import { noteSwap, readSwap } from '../src/store/swaps.js';
import type { HostActivities, Turn } from './activities.js';
import { stepFailed } from './compose-children.js';
import { ownRun, ownRunFolder, ownRunPlace } from './run-place.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat because each copy is a child whose traces say whether it ended well: one that did is not made again, one
 * that outlived its worker holds the host lock and is awaited, and one that was killed empties what it filled and begins
 * anew. How far the run, or its former self, has come is noted before it acts: the old content is whole in a volume of its own
 * before the live one is touched, and what was kept once is never kept again. It is never interrupted.
 */
export function swapData(world: World): HostActivities['swapData'] {
  return async (args) =>
    atRest(world, args, async (swap) => {
      const { store, services, stack } = args;
      const restored = await volumeOnTwin(world, args.twin.project, store);
      if ((await readSwap(swap.runFolder, store.id))?.stage !== 'filling') {
        await noteSwap(swap.runFolder, { store, services, stage: 'keeping' });
        const made = { doing: `making ${store.kept}`, text: MAKE_KEPT, args: [store.kept, stack, ownRun().runId] };
        await swap.scripts.look(made);
        await copy(world, swap, 'keep', { from: store.volume, to: store.kept });
        await noteSwap(swap.runFolder, { store, services, stage: 'filling' });
      }
      await copy(world, swap, 'fill', { from: restored, to: store.volume });
    });
}

/** Safe to repeat for the same reasons. Where the live volume has not been touched there is nothing to put back. */
export function putDataBack(world: World): HostActivities['putDataBack'] {
  return async (args) =>
    atRest(world, args, async (swap) => {
      const noted = await readSwap(swap.runFolder, args.store.id);
      if (noted?.stage === 'filling') {
        await copy(world, swap, 'put-back', { from: noted.store.kept, to: noted.store.volume });
        await noteSwap(swap.runFolder, { ...noted, stage: 'back' });
      }
      return { touched: noted?.stage === 'filling' || noted?.stage === 'back' };
    });
}

interface Swapping {
  store: RestorableStore;
  scripts: Scripts;
  /** Where it is noted how far the run has come. */
  runFolder: string;
  /** Name of the one container that copies. */
  copier: string;
}

async function atRest<T>(
  world: World,
  args: Turn & { store: RestorableStore },
  act: (swap: Swapping) => Promise<T>,
): Promise<T> {
  const { stack, store } = args;
  return withTurn(world, args, async (lock) => {
    // A run that was reset may turn back before it has frozen anything itself.
    const capture = await openCapture(world.layout, stack, path.join(ownRunPlace(world, stack), 'capture'));
    const frozen = await openFrozen(world.layout, stack, capture.frozen);
    const runFolder = ownRunFolder(world, stack);
    const scripts = await childScripts({
      ...{ runFolder, env: dockerEnvironment(world.env), redact: frozen.redact },
      lockFd: lock.fd,
    });
    const copier = `evenkeel-swaps-${stack}-${store.id}`.replace(/[^\w.-]/g, '-');
    try {
      return await act({ store, scripts, runFolder, copier });
    } catch (error) {
      if (error instanceof StoreFailed) throw stepFailed(frozen.redact(error.message), error.excerpt);
      throw error;
    }
  });
}

type Direction = 'keep' | 'fill' | 'put-back';

const childOf = (direction: Direction, { id }: RestorableStore): string => encodeName(`${direction}-${id}`);

/** Fills one volume from another, while nothing that could write to the live one runs. */
async function copy(
  world: World,
  { store, scripts, copier }: Swapping,
  direction: Direction,
  { from, to }: { from: string; to: string },
): Promise<void> {
  const end = { doing: 'ending a copy', text: 'docker rm --force "$1" >/dev/null 2>&1; exit 0', args: [copier] };
  const doing = `filling ${to} from ${from}`;
  await scripts.run({
    ...{ name: childOf(direction, store), doing, text: COPY, args: [copier, store.imageId, from, to] },
    // A restarted engine may have started what was at rest.
    prepare: async () => {
      await scripts.look(end);
      for (const id of await usersOf(scripts, store)) await world.engine.stop(id);
    },
    afterKill: async () => void (await scripts.look(end)),
  });
  const [user] = await usersOf(scripts, store);
  if (user === undefined) return;
  throw new StoreFailed(
    `${doing}: the container ${user.slice(0, 12)} was started meanwhile and may have written to it`,
  );
}

async function usersOf(scripts: Scripts, { volume }: RestorableStore): Promise<string[]> {
  const said = await scripts.look({ doing: 'looking who uses the volume', text: USERS, args: [volume] });
  return said.split('\n').filter(Boolean);
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
