import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { readJson, writeJson } from '../store/private-file.js';
import type { Scripts } from './scripts.js';
import { PUT_BACK } from './volume-scripts.js';

/** What a copy has paused or stopped, and what it copies with. */
export interface Held {
  how: 'crash' | 'paused' | 'stopped';
  /** Name of the container that Docker copies from. */
  beside: string;
  /** Ids of those that ran when it began. */
  containers: string[];
}

const PREFIX = 'held-';

/**
 * What the copy of a store is going to hold, noted in the backup's folder before it is held: whoever takes over after a
 * death sees only containers that do not run. What an earlier attempt noted, and nobody let go, stands.
 */
export async function noteHeld(folder: string, store: string, asked: () => Promise<Held>): Promise<Held> {
  const file = path.join(folder, `${PREFIX}${store}`);
  const noted = await readJson<Held>(file);
  if (noted) return noted;
  const held = await asked();
  await writeJson(file, held);
  return held;
}

/**
 * The file in which a copy says which container it has just asked Docker to stop: Docker goes on with that when whoever asked
 * is killed, so that one which still runs is not left alone yet.
 */
export function stoppingFile(folder: string, store: string): string {
  return path.join(folder, `stopping-${store}`);
}

/** Afterwards everything runs again that the copy of a store held. Throws where that cannot be had; the note stays. */
export async function letGo(folder: string, store: string, scripts: Pick<Scripts, 'look'>): Promise<void> {
  const held = await readJson<Held>(path.join(folder, `${PREFIX}${store}`));
  if (!held) return;
  const args = [held.beside, held.how, stoppingFile(folder, store), ...held.containers];
  await scripts.look({ doing: 'letting go on what was held for a copy', text: PUT_BACK, args, isUndo: true });
}

/** The same, and nothing is noted any more. */
export async function letGoFor(folder: string, store: string, scripts: Pick<Scripts, 'look'>): Promise<void> {
  await letGo(folder, store, scripts);
  await rm(path.join(folder, `${PREFIX}${store}`), { force: true });
}

/** The same for every store of an unfinished backup, before its folder goes. */
export async function letGoOfAll(folder: string, scripts: Pick<Scripts, 'look'>): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const stores = names.flatMap((name) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
  for (const store of stores) await letGoFor(folder, store, scripts);
}
