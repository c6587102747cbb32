import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { encodeName } from '../store/layout.js';

/** The right to change one project on one engine. */
export interface HostLock {
  /** A child that is given this descriptor keeps the lock for as long as it lives, whatever becomes of us. */
  fd: number;
  /** Gives up our share. The lock is free once every child that inherited it has ended too. */
  release(): Promise<void>;
}

/**
 * Waits until nothing else changes the project: no other worker, and no child that a dead worker left behind. On abort
 * it throws the signal's reason and leaves nothing behind.
 *
 * The lock is an advisory one on `<lockDir>/<engine id>/<project>.lock`, and it belongs to the open file, not to a
 * process. So it is taken on a fresh descriptor each time, a second one in the same process waits like any other, and
 * nothing may ever call `flock -u` on it: that would take it from the children too.
 *
 * The folders are open to everybody with the sticky bit, as `/run/lock` is, so that workers of different users share one
 * lock; the file is readable by everybody, which is all that locking asks for. The file of a project that comes back is never
 * deleted; that of one that does not goes with it (`forgetHostLock`).
 */
export async function acquireHostLock(
  lockDir: string,
  engineId: string,
  project: string,
  options: { signal?: AbortSignal } = {},
): Promise<HostLock> {
  const file = lockFile(lockDir, engineId, project);
  await sharedFolder(lockDir);
  await sharedFolder(path.dirname(file));
  for (;;) {
    options.signal?.throwIfAborted();
    const handle = await openShared(file);
    try {
      await flock(handle.fd, options.signal);
      if (await stillNamed(handle, file)) return { fd: handle.fd, release: () => handle.close() };
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
  }
}

/** Deletes the lock file of a project that is gone for good. Only whoever holds the lock may; those who wait open it anew. */
export async function forgetHostLock(lockDir: string, engineId: string, project: string): Promise<void> {
  // Another user's file in a sticky folder stays.
  await rm(lockFile(lockDir, engineId, project), { force: true }).catch(() => undefined);
}

function lockFile(lockDir: string, engineId: string, project: string): string {
  return path.join(lockDir, encodeName(engineId), `${encodeName(project)}.lock`);
}

async function sharedFolder(folder: string): Promise<void> {
  try {
    if ((await mkdir(folder, { recursive: true })) !== undefined) await chmod(folder, 0o1777);
  } catch (error) {
    throw new Error(
      `The lock folder ${folder} cannot be made (${(error as NodeJS.ErrnoException).code}). ` +
        'Make it with mode 1777, or set EVENKEEL_LOCK_DIR to one folder for all workers of this machine.',
      { cause: error },
    );
  }
}

/** A new descriptor of the file. Kernels refuse `O_CREAT` on a file of another user in a sticky folder, even to root. */
async function openShared(file: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    try {
      const made = await open(file, constants.O_RDONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
      await made.chmod(0o644);
      return made;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Somebody may have deleted the file while we waited for it; whoever comes next would then lock another one. */
async function stillNamed(handle: FileHandle, file: string): Promise<boolean> {
  const [held, named] = await Promise.all([handle.stat(), stat(file).catch(() => undefined)]);
  return named !== undefined && named.ino === held.ino && named.dev === held.dev;
}

/** Node cannot lock files itself; the program locks the open file that we share with it, and ends. */
async function flock(fd: number, signal?: AbortSignal): Promise<void> {
  const child = spawn('flock', ['-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
  const giveUp = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const code = await exitCodeOf(child);
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(`flock could not lock the file: it ended with ${code}.`);
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

function exitCodeOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') return reject(error);
      reject(new Error('The program flock is missing. Install the package util-linux on the worker’s machine.'));
    });
    child.once('exit', resolve);
  });
}
