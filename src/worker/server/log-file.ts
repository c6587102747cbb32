import { copyFileSync, openSync, renameSync, statSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';

const ROTATE_AT_BYTES = 10 * 1024 * 1024;

/** Opens a log to append to, readable by its owner only; a large one is set aside first, as `<file>.1`. */
export function openLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > ROTATE_AT_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/**
 * Sets a large log aside while a program writes to it, which goes on at the beginning, since it was opened to append.
 * What is written at this very moment may be lost.
 */
export function setAsideInUse(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= ROTATE_AT_BYTES) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

const LOOK_EVERY_MS = 60_000;

/** Keeps logs from growing for as long as their programs live. The returned function ends it. */
export function keepSmall(files: string[]): () => void {
  const timer = setInterval(() => {
    try {
      files.forEach(setAsideInUse);
    } catch {
      // A disk that is full must not end what is at work; the next look may find room.
    }
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

/** The last lines of a log; none when there is no such file. */
export async function lastLogLines(file: string, lines: number): Promise<string[]> {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return [];
  const length = Math.min(size, 16 * 1024);
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-lines);
  } finally {
    await handle.close();
  }
}
