import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { BackupFile } from '../spec/backup.js';
import { StoreFailed } from './store-kind.js';

/**
 * A file that a script wrote through `keep`, with the hash of the stream. Throws `StoreFailed` when it is missing or
 * empty: no kind of dump is ever empty.
 */
export async function keptFile(folder: string, name: string, scratch: string): Promise<BackupFile> {
  const sum = (await readFile(`${scratch}.sum`, 'utf8').catch(() => '')).slice(0, 64);
  const { size } = await stat(path.join(folder, name));
  if (!/^[0-9a-f]{64}$/.test(sum) || size === 0) throw new StoreFailed(`${name} is empty`);
  return { name, bytes: size, sha256: sum };
}
