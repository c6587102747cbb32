import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { previousBundle } from '../../scripts/histories/previous-bundle.js';
import { commandOf, repository } from './deployment-world.js';

/** Within the repository, or it would not find its packages. */
const FOLDER = path.join(repository, 'dist', 'previous');

/**
 * Makes the program anew that was built last, but with the workflows of the last release. Returns the command line that begins it.
 * There is one of it at a time.
 */
export async function previousProgram(): Promise<string[]> {
  await removePreviousProgram();
  await mkdir(path.join(FOLDER, 'dist'), { recursive: true });
  for (const part of ['bin', 'dist/src', 'dist/activities', 'dist/workflows']) {
    await cp(path.join(repository, part), path.join(FOLDER, part), { recursive: true });
  }
  await writeFile(path.join(FOLDER, 'dist', 'workflow-bundle.js'), await previousBundle());
  return commandOf(path.join(FOLDER, 'bin', 'evenkeel.mjs'));
}

export async function removePreviousProgram(): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true });
}
