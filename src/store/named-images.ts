import { createHash } from 'node:crypto';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { readJson, writeJson } from './private-file.js';
import { namesIn } from './places.js';

/** What a run has made an image reference name. */
export interface Naming {
  reference: string;
  /** Absent while whatever gives the name is at work, or when it never got to tell. */
  imageId?: string;
}

/**
 * Notes in a run's folder that the run makes a reference name an image: once before, without an id, and once afterwards.
 * The last note of a reference counts.
 */
export async function noteNaming(runFolder: string, naming: Naming): Promise<void> {
  await writeJson(namingFile(runFolder, naming.reference), naming);
}

/** Afterwards a run answers for the names that its former self has given, too. Folders are those of runs. */
export async function inheritNamings(from: string, to: string): Promise<void> {
  try {
    await cp(namingsFolder(from), namingsFolder(to), { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Whether it is the run's doing that a reference names an image. A run that was cut short may have done it. */
export async function hasNamed(runFolder: string, reference: string, imageId: string): Promise<boolean> {
  const naming = await readJson<Naming>(namingFile(runFolder, reference));
  return naming !== undefined && (naming.imageId ?? imageId) === imageId;
}

/** Every name that a run has given. */
export async function namingsOf(runFolder: string): Promise<Naming[]> {
  const folder = namingsFolder(runFolder);
  const files = await namesIn(folder);
  const namings = await Promise.all(files.map((file) => readJson<Naming>(path.join(folder, file))));
  return namings.filter((naming) => naming !== undefined);
}

/** A reference may be longer than a file's name. */
function namingFile(runFolder: string, reference: string): string {
  const name = createHash('sha256').update(reference).digest('hex').slice(0, 24);
  return path.join(namingsFolder(runFolder), `${name}.json`);
}

function namingsFolder(runFolder: string): string {
  return path.join(runFolder, 'named');
}
