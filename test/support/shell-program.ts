import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Puts a shell script into a folder, where a PATH finds it by its name. */
export async function shellProgram(folder: string, name: string, text: string): Promise<void> {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
}
