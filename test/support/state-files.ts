import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * What may hold secrets in a state folder, because nothing could come back without it. Every other file is for people
 * and for reports: `plan.txt`, `result.json`, `health/*.jsonl`, release records and the rest.
 */
const RAW = [
  /^registry\/[^/]+\.env\.json$/,
  /^stacks\/[^/]+\/runs\/[^/]+\/[^/]+\/frozen\/(compose\.yaml|secrets\.json)$/,
  /^stacks\/[^/]+\/runs\/[^/]+\/[^/]+\/children\/[^/]+\/output\.log$/,
  /^stacks\/[^/]+\/runs\/[^/]+\/[^/]+\/restored\/[^/]+\.compose\.yaml$/,
  /^stacks\/[^/]+\/releases\/\d+\/frozen\/(compose\.yaml|secrets\.json)$/,
  /^stacks\/[^/]+\/releases\/\d+\/inspect\/[^/]+\.json$/,
  /^stacks\/[^/]+\/releases\/\d+\/files\/[^/]+\/[^/]+$/,
];
/** Copies that are mounted in place of their originals have their owner and mode; the folders above are private. */
const MOUNTABLE = /^stacks\/[^/]+\/releases\/\d+\/files\/[^/]+\/[^/]+$/;

/** A file or folder of a state folder. */
export interface StateEntry {
  /** Relative to the state folder. */
  place: string;
  isFolder: boolean;
  /** May hold secrets. */
  isRaw: boolean;
  /** Has the mode of the file it stands in for. */
  isMountable: boolean;
  /** Permission bits. */
  mode: number;
  text: string;
}

export async function stateEntries(stateFolder: string): Promise<StateEntry[]> {
  const places = await readdir(stateFolder, { recursive: true });
  return Promise.all(
    places.map(async (place) => {
      const found = await stat(path.join(stateFolder, place));
      return {
        place,
        isFolder: found.isDirectory(),
        isRaw: RAW.some((pattern) => pattern.test(place)),
        isMountable: MOUNTABLE.test(place),
        mode: found.mode & 0o777,
        text: found.isFile() ? await readFile(path.join(stateFolder, place), 'utf8') : '',
      };
    }),
  );
}
