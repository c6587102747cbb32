import path from 'node:path';
import { letGoOfAll } from '../src/backup/held-containers.js';
import { endChildren } from '../src/docker/end-children.js';
import { discardDraft, draftPlace, listDrafts } from '../src/store/backups.js';
import { runFolders } from '../src/store/run-folders.js';
import { backupScripts } from './found-stores.js';
import { backupFolder } from './run-place.js';
import type { World } from './world.js';

/**
 * An unfinished backup is gone. First its dumps are ended, whichever run began them, since nothing of it may go on to stop, pause or
 * start containers; then what they had paused or stopped runs again; then its files go. A sealed backup stays. The
 * scripts that let go are those of the run whose folder is `runFolder`. Throws where a container cannot be let go: then the draft stays.
 */
export async function discardUnfinished(world: World, stack: string, id: string, runFolder: string): Promise<void> {
  await endDumps(world, stack, id);
  const scripts = await backupScripts(world, { redact: (text) => text }, runFolder);
  await letGoOfAll(draftPlace(world.layout, stack, id), scripts);
  await discardDraft(world.layout, stack, id);
}

/**
 * The same for all that runs whose turn is over have begun and not sealed, or were removing. The caller has the stack to
 * itself, and may be about a backup of its own, `except`. One that has to stay keeps none of the others.
 */
export async function sweepDrafts(world: World, stack: string, runFolder: string, except?: string): Promise<void> {
  const ids = (await listDrafts(world.layout, stack)).filter((id) => id !== except);
  const ends = await Promise.allSettled(ids.map((id) => discardUnfinished(world, stack, id, runFolder)));
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) throw failure.reason;
}

/** They hold no lock that anybody could wait for. */
async function endDumps({ layout }: World, stack: string, id: string): Promise<void> {
  const folders = (await runFolders(layout, stack)).map(({ folder }) => backupFolder(folder, id));
  await Promise.all(folders.map((folder) => endChildren(path.join(folder, 'children'))));
}
