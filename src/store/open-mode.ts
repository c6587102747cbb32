import { stat } from 'node:fs/promises';

/** The mode of a folder that others than its owner may use, as `chmod` writes it; undefined for any other, or none. */
export async function openMode(folder: string): Promise<string | undefined> {
  const mode = await stat(folder).then(
    (found) => found.mode & 0o777,
    () => 0o700,
  );
  return (mode & 0o077) === 0 ? undefined : mode.toString(8);
}
