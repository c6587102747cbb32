import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { privateFolder } from './layout.js';

/**
 * Writes a file that only its owner can read. After a crash it holds the old content or the new, never a part. What a
 * writer of the same file that was killed has left goes: it may hold secrets, and a step that was killed is done again.
 */
export async function writePrivate(file: string, content: string | Buffer): Promise<void> {
  await privateFolder(path.dirname(file));
  await sweepHalfWritten(file);
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    // After a power cut the name is there as well as the content.
    await sync(path.dirname(file));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function sweepHalfWritten(file: string): Promise<void> {
  const folder = path.dirname(file);
  const beginning = `${path.basename(file)}.`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(beginning)) continue;
    const [, pid] = /^(\d+)\.[0-9a-f]{8}\.tmp$/.exec(name.slice(beginning.length)) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(path.join(folder, name), { force: true });
  }
}

/** Whether there is such a process, whoever it belongs to. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

export async function writeJson(file: string, value: unknown): Promise<void> {
  await writePrivate(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Makes what is in a folder, however deep, outlive a power cut: its files, and the names they have in it. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(place);
    else await sync(place).catch(ignoreUnreadable);
  }
  await sync(folder);
}

/** A copy of a file that nobody may read is not opened again; `writePrivate` synced it. */
function ignoreUnreadable(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EACCES') throw error;
}

/** The same for a single file, or for the names in a single folder. */
export async function sync(place: string): Promise<void> {
  const handle = await open(place, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The file's JSON, or undefined where there is no such file. An error names the file, and quotes nothing of it. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`${file} is not what was written there; put it back from a backup of the state folder`);
  }
}
