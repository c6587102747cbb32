import { cp } from 'node:fs/promises';
import path from 'node:path';
import type { Swapped } from '../spec/restore.js';
import { encodeName } from './layout.js';
import { readJson, writeJson } from './private-file.js';
import { namesIn } from './places.js';

/** What a run has done to the volume of a store, noted before it is done. */
export interface Swap extends Swapped {
  /**
   * `keeping`: its content is being copied into `store.kept`; the volume is as it was. `filling`: that copy is whole, and the
   * volume has been, or is about to be, filled with something else. `back`: it has its old content again.
   */
  stage: 'keeping' | 'filling' | 'back';
  /** Checksums of the copy that is whole. */
  sums?: string;
  /** Containers of nobody's that were stopped so that its old content could come back: by name. */
  stopped?: string[];
}

/** Notes it in the run's folder, in place of what was noted of the store before. */
export async function noteSwap(runFolder: string, swap: Swap): Promise<void> {
  await writeJson(swapFile(runFolder, swap.store.id), swap);
}

export async function readSwap(runFolder: string, store: string): Promise<Swap | undefined> {
  return readJson<Swap>(swapFile(runFolder, store));
}

/** What a run answers for, by the ids of the stores. */
export async function swapsOf(runFolder: string): Promise<Swap[]> {
  const files = await namesIn(swapsFolder(runFolder));
  const names = files.filter((file) => file.endsWith('.json')).sort();
  const swaps = await Promise.all(names.map((file) => readJson<Swap>(path.join(swapsFolder(runFolder), file))));
  return swaps.filter((swap) => swap !== undefined);
}

/** Afterwards a run answers for the volumes that its former self has begun to replace, too. Folders are those of runs. */
export async function inheritSwaps(from: string, to: string): Promise<Swap[]> {
  try {
    await cp(swapsFolder(from), swapsFolder(to), { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return swapsOf(to);
}

function swapFile(runFolder: string, store: string): string {
  return path.join(swapsFolder(runFolder), `${encodeName(store)}.json`);
}

function swapsFolder(runFolder: string): string {
  return path.join(runFolder, 'swaps');
}
