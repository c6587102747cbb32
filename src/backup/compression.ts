import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import type { BackupFile } from '../spec/backup.js';
import { LookFailed } from './store-kind.js';

/** How a file of a backup is compressed. */
export type Compression = NonNullable<BackupFile['compression']>;

interface Packing {
  /** What a file's name ends with. */
  ending: string;
  /** Commands for `/bin/sh` without quotes in them, from standard input to standard output. */
  pack: string;
  unpack: string;
}

/** zstd is several times as fast as gzip, and uses every processor. */
export const PACKINGS: Record<Compression, Packing> = {
  zstd: { ending: '.zst', pack: 'zstd -q -3 -T0', unpack: 'zstd -q -d' },
  gzip: { ending: '.gz', pack: 'gzip -1', unpack: 'gzip -d' },
};

/** The faster one where this machine has it; gzip is everywhere. `folders` is a PATH. */
export async function bestCompression(folders = process.env['PATH']): Promise<Compression> {
  return (await isOnPath('zstd', folders)) ? 'zstd' : 'gzip';
}

/** The command that unpacks a file; throws `LookFailed` where this machine lacks it. `folders` is a PATH. */
export async function unpackerOf(
  { name, compression }: Pick<BackupFile, 'name' | 'compression'>,
  folders = process.env['PATH'],
): Promise<string> {
  if (compression === undefined) return 'cat';
  const { unpack } = PACKINGS[compression];
  if (await isOnPath(compression, folders)) return unpack;
  throw new LookFailed(`${name}: it is compressed with ${compression}, which is not on the PATH here; install it`);
}

async function isOnPath(program: string, folders = ''): Promise<boolean> {
  const found = await Promise.all(
    folders.split(':').map((folder) =>
      access(path.join(folder || '.', program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
