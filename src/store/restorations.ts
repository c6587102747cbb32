import path from 'node:path';
import { encodeName } from './layout.js';
import { readJson, writeJson } from './private-file.js';

/** How far a run has come in bringing a service back, for the next attempt. Kept in the run's folder. */
export interface Restoration {
  /** An attempt was about to start, remove or make a container: whatever a later one finds, the service was touched. */
  acted?: true;
  /** By container number: the id of the container that was made again, whole but perhaps not started yet. */
  made: Record<number, string>;
  /**
   * Ids of the containers that were there when the first attempt decided, and were none of those captured. Whatever they
   * look like, they are not what is to come back. Absent until an attempt has decided.
   */
  strangers?: string[];
  /** Anonymous volumes of containers that went; nothing names them any more. */
  orphanedVolumes: string[];
}

export async function readRestoration(runFolder: string, service: string): Promise<Restoration> {
  return (await readJson<Restoration>(restorationFile(runFolder, service))) ?? { made: {}, orphanedVolumes: [] };
}

export async function writeRestoration(runFolder: string, service: string, restoration: Restoration): Promise<void> {
  await writeJson(restorationFile(runFolder, service), restoration);
}

function restorationFile(runFolder: string, service: string): string {
  return path.join(runFolder, 'restored', `${encodeName(service)}.json`);
}
