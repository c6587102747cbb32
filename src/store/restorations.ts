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

/** In a run's folder: where the way forward notes how far it has come in bringing back what the run itself has stopped. */
export const FORWARD_FOLDER = 'forward';

/** Whether anything was done about the service. Compose's way notes whom it finds, before it begins. */
export function hasActed({ acted, strangers }: Restoration): boolean {
  return acted !== undefined || strangers !== undefined;
}

/** `folder`: the run's, or that of its way forward. */
export async function readRestoration(folder: string, service: string): Promise<Restoration> {
  return (await readJson<Restoration>(restorationFile(folder, service))) ?? { made: {}, orphanedVolumes: [] };
}

export async function writeRestoration(folder: string, service: string, restoration: Restoration): Promise<void> {
  await writeJson(restorationFile(folder, service), restoration);
}

function restorationFile(folder: string, service: string): string {
  return path.join(folder, 'restored', `${encodeName(service)}.json`);
}
