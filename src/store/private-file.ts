import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { privateFolder } from './layout.js';

/** Writes a file that only its owner can read. After a crash it holds the old content or the new, never a part. */
export async function writePrivate(file: string, content: string | Buffer): Promise<void> {
  await privateFolder(path.dirname(file));
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export async function writeJson(file: string, value: unknown): Promise<void> {
  await writePrivate(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** The file's JSON, or undefined where there is no such file. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
