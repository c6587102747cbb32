import { EngineRefused } from '../src/docker/engine.js';
import { isWeather } from '../src/docker/weather.js';
import { KEPT_OF } from '../src/spec/put-back-command.js';
import type { RestorableStore } from '../src/spec/restore.js';
import { type PartCopy, partCopies } from '../src/store/part-copies.js';
import { isRunClosed } from './run-open.js';
import type { World } from './world.js';

/** Names of the volumes that keep what a stack had before. One that Docker has made anew since, to mount it, is none of them. */
export async function keptVolumes({ engine }: World, stack: string): Promise<Set<string>> {
  return new Set(await engine.volumesLabelled(KEPT_OF, stack));
}

/** Name of the one container that copies what a store has, whichever run it is for. */
export function copierOf(stack: string, { id }: Pick<RestorableStore, 'id'>): string {
  return `evenkeel-swaps-${stack}-${id}`.replace(/[^\w.-]/g, '-');
}

/**
 * Removes a volume that holds part of a copy: the disk may be full of it, and it looks like a whole one. `left`: why Docker
 * refuses that.
 */
export async function removePartOfACopy({ engine }: World, kept: string): Promise<{ left?: string }> {
  try {
    await engine.removeVolume(kept);
    return {};
  } catch (error) {
    if (!(error instanceof EngineRefused) || isWeather(error)) throw error;
    return { left: error.message };
  }
}

/**
 * Ends what still copies old content aside for runs that Temporal knows to be closed, and which nobody is going to use: their
 * children hold the host lock until then. Whoever copies under the same name by now begins anew.
 */
export async function endPartCopies(world: World, stack: string, except?: string): Promise<void> {
  for (const { store, runs } of await partsThere(world, stack, except)) {
    const closed = await Promise.all(runs.map((run) => isRunClosed(world.temporal, run.workflowId, run.runId)));
    if (closed.every(Boolean)) await world.engine.removeWithVolumes(copierOf(stack, store));
  }
}

/**
 * Takes away what runs have left of copies of old content, whose volumes they had not touched yet. The caller holds the host lock, and no
 * other run than those of the workflow id `except` may go on. What is in use stays until the next time.
 */
export async function sweepPartCopies(world: World, stack: string, except?: string): Promise<void> {
  for (const { store } of await partsThere(world, stack, except)) {
    await world.engine.removeWithVolumes(copierOf(stack, store));
    await removePartOfACopy(world, store.kept);
  }
}

/** What notes of earlier runs tell is mostly gone. Labels tell nothing here: a Docker that stops makes volumes without them. */
async function partsThere(world: World, stack: string, except?: string): Promise<PartCopy[]> {
  const parts = await partCopies(world.layout, stack, except);
  if (parts.length === 0) return [];
  const names = parts.map(({ store }) => store.kept);
  const there = new Set((await world.engine.volumes(stack, names)).map(({ name }) => name));
  return parts.filter(({ store }) => there.has(store.kept));
}
