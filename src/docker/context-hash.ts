import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { parseDockerignore } from './dockerignore.js';

/** More than this is not read: a dry run has to stay quick. */
const MOST_FILES = 20_000;
const MOST_BYTES = 200 * 1024 ** 2;

/** sha256 in hex over all that a build reads from its context; or why there is none. */
export type ContextHash = { hash: string } | { unknown: string };

/**
 * Hashes a build context as the builder would be given it: names, kinds, modes and content, but no times. `recipe` is
 * whatever else decides what is built, as text: the build section of the service.
 */
export async function contextHash(
  build: { context: string; dockerfile?: string },
  recipe: string,
): Promise<ContextHash> {
  if (!path.isAbsolute(build.context)) return { unknown: 'its build context is remote' };
  const hash = createHash('sha256').update(recipe);
  try {
    const dockerfile = build.dockerfile ?? 'Dockerfile';
    await new ContextWalk(build.context, hash).all(await ignoreRules(build.context, dockerfile));
    // A Dockerfile outside the context, or left out of it, is sent all the same.
    hash.update(await readFile(path.resolve(build.context, dockerfile)).catch(() => ''));
    return { hash: hash.digest('hex') };
  } catch (error) {
    if (error instanceof TooLarge) return { unknown: 'its build context is too large to compare' };
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { unknown: `its build context cannot be read (${code})` };
  }
}

class TooLarge extends Error {}

/** One ignore file counts: that of the Dockerfile, else that of the context. */
async function ignoreRules(context: string, dockerfile: string): Promise<ReturnType<typeof parseDockerignore>> {
  const own = await readFile(`${path.resolve(context, dockerfile)}.dockerignore`, 'utf8').catch(() => undefined);
  return parseDockerignore(own ?? (await readFile(path.join(context, '.dockerignore'), 'utf8').catch(() => '')));
}

class ContextWalk {
  private files = 0;
  private bytes = 0;

  constructor(
    private readonly context: string,
    private readonly hash: Hash,
  ) {}

  async all({ ignores, takesBack }: ReturnType<typeof parseDockerignore>, folder = ''): Promise<void> {
    for (const name of (await readdir(path.join(this.context, folder))).sort()) {
      const relative = folder === '' ? name : `${folder}/${name}`;
      const ignored = ignores(relative);
      const stat = await lstat(path.join(this.context, relative));
      // What is below an ignored folder may be taken back in.
      if (stat.isDirectory() && (!ignored || takesBack)) await this.all({ ignores, takesBack }, relative);
      if (ignored || stat.isDirectory()) continue;
      this.files += 1;
      this.bytes += stat.isFile() ? stat.size : 0;
      if (this.files > MOST_FILES || this.bytes > MOST_BYTES) throw new TooLarge();
      await this.add(relative, stat);
    }
  }

  private async add(relative: string, stat: Awaited<ReturnType<typeof lstat>>): Promise<void> {
    const file = path.join(this.context, relative);
    this.hash.update(JSON.stringify([relative, stat.mode, stat.isFile() ? stat.size : 0]));
    if (stat.isSymbolicLink()) this.hash.update(await readlink(file));
    else if (stat.isFile()) for await (const chunk of createReadStream(file)) this.hash.update(chunk as Buffer);
  }
}
