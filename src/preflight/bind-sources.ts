import path from 'node:path';
import type { Finding } from '../spec/finding.js';

/** A path of the host that a service mounts. */
export interface BindSource {
  service: string;
  source: string;
  target: string;
  /** Whether the engine is asked to make a directory where there is nothing. */
  createsDirectory: boolean;
  exists: boolean;
}

/**
 * Mounted paths that are not there. The engine makes an empty directory of a missing one, which is fine for a folder,
 * and breaks whoever expects a file.
 */
export function checkBindSources(binds: BindSource[]): Finding[] {
  return binds
    .filter(({ exists, createsDirectory, target }) => !exists && (!createsDirectory || looksLikeFile(target)))
    .map(({ service, source, target, createsDirectory }) => ({
      rule: 'bind-source-missing',
      severity: 'error',
      service,
      message: createsDirectory
        ? `${source} does not exist; Docker would make an empty directory of it, and ${target} looks like a file`
        : `${source}, which is mounted at ${target}, does not exist`,
      remedy: 'create it, or correct the path',
    }));
}

/** `nginx.conf`, `docker.sock`; not `conf.d`, which by custom is a folder, nor `.ssh`. */
function looksLikeFile(target: string): boolean {
  const extension = path.posix.extname(target);
  return extension.length > 1 && extension !== '.d';
}
