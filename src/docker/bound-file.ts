import { lstat, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ContainerInspect, Engine } from './engine.js';
import { fileInTar, type FileContent } from './tar-file.js';

/** A single bound file beyond this size is no configuration; its content is not kept. */
const MOST_BYTES = 5 * 1024 * 1024;

/**
 * A single file of the host that a container mounts, as the container sees it. That may differ from what the host has
 * at the path by now: editors and version control replace files, and the container keeps the old one. Undefined for a
 * folder, a socket or a device, and for what is too big to be configuration.
 */
export async function readBoundFile(
  engine: Engine,
  inspect: ContainerInspect,
  target: string,
): Promise<FileContent | undefined> {
  const seen = await readThroughProcess(inspect, target);
  if (seen !== 'unreadable') return seen;
  const stat = await engine.statPath(inspect.Id, target);
  if (!stat?.isFile || stat.size > MOST_BYTES) return undefined;
  const tar = await engine.readPath(inspect.Id, target);
  return tar && fileInTar(tar);
}

/** Reads by way of the container's first process, which only root may, and only on the engine's own machine. */
async function readThroughProcess(
  inspect: ContainerInspect,
  target: string,
): Promise<FileContent | undefined | 'unreadable'> {
  const pid = inspect.State.Pid;
  if (!pid) return 'unreadable';
  const root = `/proc/${pid}/root`;
  try {
    if (!(await belongsTo(pid, inspect.Id))) return 'unreadable';
    if (await hasLinkInside(root, target)) return 'unreadable';
    const file = await open(path.join(root, target), 'r');
    try {
      const stat = await file.stat();
      if (!stat.isFile() || stat.size > MOST_BYTES) return undefined;
      return { content: await file.readFile(), mode: stat.mode & 0o777, uid: stat.uid, gid: stat.gid };
    } finally {
      await file.close();
    }
  } catch {
    return 'unreadable';
  }
}

/** A process id of another machine, or of another id namespace, means a stranger here. */
async function belongsTo(pid: number, containerId: string): Promise<boolean> {
  const [groups, mounts] = await Promise.all([
    readFile(`/proc/${pid}/cgroup`, 'utf8'),
    readFile(`/proc/${pid}/mountinfo`, 'utf8'),
  ]);
  return groups.includes(containerId) || mounts.includes(containerId);
}

/** An absolute link would lead out of the container and into the host's own files; a socket must not be opened. */
async function hasLinkInside(root: string, target: string): Promise<boolean> {
  let place = root;
  const parts = target.split('/').filter(Boolean);
  for (const [index, part] of parts.entries()) {
    place = path.join(place, part);
    const stat = await lstat(place);
    if (stat.isSymbolicLink() || (index === parts.length - 1 && !stat.isFile())) return true;
  }
  return false;
}
