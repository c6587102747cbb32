import type { ContainerInspect, Engine, PathStat } from './engine.js';

/** A container with more changed paths than this is examined in part: shallow paths first, where Compose copies to. */
const MOST_PATHS = 400;
const AT_ONCE = 8;
/** Compose copies at once after creating; the engine's clock and a slow disk get some room. */
const BEFORE_MS = 2_000;
const AFTER_MS = 60_000;
/** Far above what Compose accepts as a secret or a config. */
const MOST_BYTES = 1024 * 1024;

/**
 * Paths of the files that Compose copied into a container when it created it: secrets from the environment and inline
 * configs. They are in no image and in no mount, and `docker inspect` does not mention them. What tells them from files
 * the container wrote itself is their time: it lies just after the creation, and on a whole second, because it came
 * through a tar archive.
 */
export async function copiedIn(engine: Engine, inspect: ContainerInspect): Promise<string[]> {
  const changes = await engine.changes(inspect.Id);
  const mounts = (inspect.Mounts ?? []).map(({ Destination }) => Destination);
  const paths = changes
    .filter(({ kind, path }) => kind !== 'deleted' && !mounts.some((mount) => isWithin(path, mount)))
    .map(({ path }) => path)
    .sort((a, b) => depth(a) - depth(b))
    .slice(0, MOST_PATHS);
  const createdAtMs = Date.parse(inspect.Created);
  const found: string[] = [];
  for (let next = 0; next < paths.length; next += AT_ONCE) {
    const group = paths.slice(next, next + AT_ONCE);
    const stats = await Promise.all(group.map((path) => engine.statPath(inspect.Id, path)));
    found.push(...group.filter((_, index) => isCopiedIn(stats[index], createdAtMs)));
  }
  return found.sort();
}

/** Whether a file came in through an archive when its container was created. */
export function isCopiedIn(stat: PathStat | undefined, createdAtMs: number): boolean {
  if (!stat?.isFile || stat.size > MOST_BYTES) return false;
  const fraction = /:\d\d\.(\d+)/.exec(stat.modifiedAt)?.[1];
  if (fraction !== undefined && /[1-9]/.test(fraction)) return false;
  const modifiedAtMs = Date.parse(stat.modifiedAt);
  return modifiedAtMs >= createdAtMs - BEFORE_MS && modifiedAtMs <= createdAtMs + AFTER_MS;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function depth(path: string): number {
  return path.split('/').length;
}
