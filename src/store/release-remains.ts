import { readdir, realpath, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { stackFolder, type Layout } from './layout.js';
import type { Release } from './releases.js';

/** Files that a release leads to, in folders of its own or of earlier releases; relative to the stack's folder. */
export function filesOfRelease({ services }: Pick<Release, 'services'>): string[] {
  return Object.values(services).flatMap(({ frozen, containers }) => [
    ...(frozen === undefined ? [] : [frozen]),
    ...containers.flatMap(({ inspect, bound, copied }) => [inspect, ...[...bound, ...copied].map(({ copy }) => copy)]),
  ]);
}

/** What of a release has to stay although the release itself is no longer kept. */
export interface StillUsed {
  /** What `filesOfRelease` says of those that are kept, and whatever else somebody may still open. */
  needed: ReadonlySet<string>;
  /** Host paths that containers mount. */
  mounted: readonly string[];
}

/**
 * Removes what it took to bring a release back: its frozen configuration, inspects, and copies of mounted files. Its record stays.
 * Returns what is still used, relative to the stack's folder. Safe to repeat because what is gone is no longer found.
 */
export async function removeRemains(
  layout: Layout,
  stack: string,
  release: string,
  { needed, mounted }: StillUsed,
): Promise<string[]> {
  const home = stackFolder(layout, stack);
  const place = path.join('releases', release);
  const inUse = new Set(await Promise.all(mounted.map(real)));
  const left: string[] = [];

  const frozen = path.join(place, 'frozen');
  if (needed.has(frozen)) left.push(frozen);
  else await rm(path.join(home, frozen), { recursive: true, force: true });

  for (const folder of ['inspect', 'files'].map((name) => path.join(place, name))) {
    const entries = await entriesOf(path.join(home, folder));
    for (const entry of entries.filter((one) => !one.isDirectory())) {
      const file = path.join(entry.parentPath, entry.name);
      const relative = path.relative(home, file);
      if (needed.has(relative) || inUse.has(await real(file))) left.push(relative);
      else await rm(file, { force: true });
    }
    // The deepest first; one that still has something stays.
    const folders = entries.filter((one) => one.isDirectory()).map((one) => path.join(one.parentPath, one.name));
    for (const own of [path.join(home, folder), ...folders].sort().reverse()) await rmdir(own).catch(unlessUsed);
  }
  return left;
}

async function entriesOf(folder: string) {
  return readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

/** Docker names a mount by the path that it was given, which may lead over links. */
async function real(file: string): Promise<string> {
  return realpath(file).catch(() => file);
}

function unlessUsed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error;
}
