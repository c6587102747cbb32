import { statfs } from 'node:fs/promises';
import type { DiskRoom } from '../preflight/disk-room.js';

/** Room on the file system of a folder. Throws where the folder cannot be seen from here. */
export async function diskRoom(folder: string): Promise<DiskRoom> {
  const { bavail, bsize, ffree, files } = await statfs(folder);
  return { folder, freeBytes: bavail * bsize, freeInodes: ffree, totalInodes: files };
}
