import { open } from 'node:fs/promises';

const MOST_BYTES = 64 * 1024;

/**
 * The last lines of a file, empty ones left out. At most its last 64 KiB are read, however big it is; a file that does
 * not exist has no lines.
 */
export async function readTail(file: string, lines: number): Promise<string[]> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - MOST_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
    const found = buffer.toString('utf8', 0, bytesRead).split(/\r\n|\n|\r/);
    // The first piece of a cut file is the end of a line, or of a character.
    if (from > 0) found.shift();
    return lines > 0 ? found.filter((line) => line !== '').slice(-lines) : [];
  } finally {
    await handle.close();
  }
}
