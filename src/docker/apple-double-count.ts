import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { appleDoubleFinding } from '../spec/apple-double.js';
import type { Finding } from '../spec/finding.js';
import { type Ignore, parseDockerignore } from './dockerignore.js';

/** More than this is not looked at. */
const MOST_ENTRIES = 20_000;

/**
 * Warns of `._*` files that would be sent to the builder. `contexts`: services by the absolute path of their build
 * context. A context that is remote or cannot be read is passed over: the build itself will say so.
 */
export async function appleDoubles(contexts: Record<string, string[]>): Promise<Finding[]> {
  const local = Object.entries(contexts).filter(([context]) => path.isAbsolute(context));
  const found = await Promise.all(
    local.map(async ([context, services]) => appleDoubleFinding({ context, services, ...(await countIn(context)) })),
  );
  return found.flat();
}

async function countIn(context: string): Promise<{ count: number; atLeast: boolean }> {
  const { ignores } = parseDockerignore(await readFile(path.join(context, '.dockerignore'), 'utf8').catch(() => ''));
  const folders = [''];
  let count = 0;
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await sentEntries(context, folder, ignores);
    seen += entries.length;
    if (seen > MOST_ENTRIES) return { count, atLeast: true };
    for (const { relative, entry } of entries) {
      if (entry.isDirectory()) folders.push(relative);
      else if (entry.name.startsWith('._')) count += 1;
    }
  }
  return { count, atLeast: false };
}

async function sentEntries(
  context: string,
  folder: string,
  ignores: Ignore,
): Promise<{ relative: string; entry: Dirent }[]> {
  const entries = await readdir(path.join(context, folder), { withFileTypes: true }).catch(() => []);
  return entries
    .map((entry) => ({ relative: folder === '' ? entry.name : `${folder}/${entry.name}`, entry }))
    .filter(({ relative }) => !ignores(relative));
}
