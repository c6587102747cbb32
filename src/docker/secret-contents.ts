import { open } from 'node:fs/promises';
import { mapping } from '../spec/from-rendered.js';

/** A secret is short; of a larger file only the beginning is worth looking for in a text. */
const MOST_BYTES = 64 * 1024;

/**
 * What the secrets of a rendered project hold, from files or from `environment`, under names that say so. One that
 * cannot be read is left out: Compose itself will complain.
 */
export async function secretContents(
  rendered: Record<string, unknown>,
  environment: Record<string, string>,
): Promise<[key: string, value: string][]> {
  const secrets = Object.values(mapping(rendered['secrets'])).map(mapping);
  const contents = await Promise.all(
    secrets.map(async ({ file, environment: name }) => {
      if (typeof name === 'string') return environment[name];
      return typeof file === 'string' ? beginningOf(file) : undefined;
    }),
  );
  return contents.filter((content) => content !== undefined).map((content) => ['secret', content]);
}

async function beginningOf(file: string): Promise<string | undefined> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
      return buffer.subarray(0, bytesRead).toString();
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
