import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { BindKind } from '../twin/binds.js';

/** A folder with more entries than this takes too long to be looked through. */
const MOST_ENTRIES = 500_000;

/** What each path is on this machine; a folder is looked through for sockets and pipes. Links are followed at the top only. */
export async function bindKinds(paths: string[], most = MOST_ENTRIES): Promise<Record<string, BindKind>> {
  return Object.fromEntries(
    await Promise.all(paths.map(async (place) => [place, await bindKind(place, most)] as const)),
  );
}

async function bindKind(place: string, most: number): Promise<BindKind> {
  const stats = await stat(place).catch(() => undefined);
  if (!stats) return (await lstat(place).catch(() => undefined)) ? 'folder-with-sockets' : 'missing';
  if (stats.isFile()) return 'file';
  if (stats.isSocket() || stats.isFIFO()) return 'socket';
  if (stats.isBlockDevice() || stats.isCharacterDevice()) return 'device';
  return folderKind(place, most);
}

/**
 * A read-only mount does not keep anybody from talking to a socket in it. So a folder that cannot be looked through whole is none
 * without sockets.
 */
async function folderKind(folder: string, most: number): Promise<BindKind> {
  const open = [folder];
  let seen = 0;
  let isWhole = true;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const entries = await readdir(next, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      // What is gone meanwhile holds nothing.
      if (error.code !== 'ENOENT') isWhole = false;
      return [];
    });
    for (const entry of entries) {
      if (entry.isSocket() || entry.isFIFO() || entry.isBlockDevice() || entry.isCharacterDevice()) {
        return 'folder-with-sockets';
      }
      if (entry.isDirectory()) open.push(path.join(next, entry.name));
      seen += 1;
      if (seen > most) return 'unseen-folder';
    }
  }
  return isWhole ? 'folder' : 'unseen-folder';
}
