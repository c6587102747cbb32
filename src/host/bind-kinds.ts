import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { BindKind } from '../twin/binds.js';

/** Folders with more entries than this are taken for what most folders are: without a socket. */
const MOST_ENTRIES = 20_000;

/** What each path is on this machine; a folder is looked through for sockets and pipes. Links are followed at the top only. */
export async function bindKinds(paths: string[]): Promise<Record<string, BindKind>> {
  return Object.fromEntries(await Promise.all(paths.map(async (place) => [place, await bindKind(place)] as const)));
}

async function bindKind(place: string): Promise<BindKind> {
  const stats = await stat(place).catch(() => undefined);
  if (!stats) return (await lstat(place).catch(() => undefined)) ? 'folder-with-sockets' : 'missing';
  if (stats.isFile()) return 'file';
  if (stats.isSocket() || stats.isFIFO()) return 'socket';
  if (stats.isBlockDevice() || stats.isCharacterDevice()) return 'device';
  return (await holdsSockets(place)) ? 'folder-with-sockets' : 'folder';
}

/** A read-only mount does not keep anybody from talking to a socket in it. */
async function holdsSockets(folder: string): Promise<boolean> {
  const open = [folder];
  let seen = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isSocket() || entry.isFIFO() || entry.isBlockDevice() || entry.isCharacterDevice()) return true;
      if (entry.isDirectory()) open.push(path.join(next, entry.name));
      seen += 1;
      if (seen > MOST_ENTRIES) return false;
    }
  }
  return false;
}
