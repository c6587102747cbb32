import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { StoreBackup } from '../spec/backup.js';
import { STORE_KINDS } from './kinds.js';
import { type ReadPlace, StoreFailed } from './store-kind.js';

/**
 * Reads the files of one store of a backup through: their hashes are those of the dump, and what is in them is what was
 * counted. Throws `StoreFailed` with what is wrong. Says nothing of whether it can be restored.
 */
export async function verifyStore(backup: StoreBackup, place: ReadPlace): Promise<void> {
  await verifyHashes(backup, place);
  await STORE_KINDS[backup.type].verify(backup, place);
}

/** Whether every file is there, as long as it was when it was written. */
export async function filesAreThere({ files }: Pick<StoreBackup, 'files'>, folder: string): Promise<boolean> {
  const sizes = await Promise.all(
    files.map(({ name }) =>
      stat(path.join(folder, name)).then(
        ({ size }) => size,
        () => undefined,
      ),
    ),
  );
  return files.every(({ bytes }, at) => sizes[at] === bytes);
}

/** The part of it that needs no image: every file is the one that was written. */
export async function verifyHashes(
  backup: Pick<StoreBackup, 'files'>,
  place: Pick<ReadPlace, 'folder' | 'scripts'>,
): Promise<void> {
  for (const { name, bytes, sha256 } of backup.files) {
    const said = await place.scripts.look({
      doing: `reading ${name}`,
      text: 'set -e; wc -c <"$1"; sha256sum <"$1"',
      args: [path.join(place.folder, name)],
      bytes,
    });
    const [size, sum] = said.split('\n');
    if (Number(size) !== bytes) throw new StoreFailed(`${name}: it has ${Number(size)} bytes, and had ${bytes}`);
    if (sum?.slice(0, 64) !== sha256)
      throw new StoreFailed(`${name}: it is not what was written; its sha256 is another`);
  }
}
