import type { SeenContainer, SeenMount } from './discover.js';

/** Where the images of PostgreSQL keep a whole server: what else they have there is settings and sockets. */
const USUAL = /^\/(?:var\/lib\/postgresql|bitnami\/(?:postgresql|redis|valkey))(?:\/|$)/;

/** Where a database keeps its files as its settings and its image have it, for one that does not say so itself. */
export function guessedFolders(container: SeenContainer, type: 'postgres' | 'redis'): string[] {
  if (type === 'postgres') {
    const isBitnami = container.mounts.some(({ target }) => isWithin('/bitnami/postgresql/data', target));
    const data = valueOf(container, 'PGDATA') || (isBitnami ? '/bitnami/postgresql/data' : '/var/lib/postgresql/data');
    return [data, ...walFolders(container)];
  }
  // Redis saves where it was started, unless it is told otherwise.
  return ['/data', '/bitnami/redis/data', '/bitnami/valkey/data', container.workingDir].filter(
    (folder) => folder.replace(/\/+$/, '') !== '',
  );
}

/** Where a server of PostgreSQL was made to write its log of changes, apart from its data folder. */
export function walFolders(container: SeenContainer): string[] {
  const folder = valueOf(container, 'POSTGRES_INITDB_WALDIR');
  return folder ? [folder] : [];
}

/**
 * The mounts that hold the files of a server: for each of its folders the innermost one around it, and what is mounted within. Below
 * Redis's folder, which may be that of a whole program, only its append-only files are its own.
 */
export function mountsOfServer(mounts: SeenMount[], folders: string[], type: 'postgres' | 'redis'): SeenMount[] {
  const inner = (folder: string) => (type === 'postgres' ? folder : `${folder.replace(/\/+$/, '')}/appendonlydir`);
  const own = folders.flatMap((folder) => {
    const around = mounts
      .filter(({ target }) => isWithin(folder, target))
      .sort((a, b) => b.target.length - a.target.length)
      .slice(0, 1);
    return [...around, ...mounts.filter(({ target }) => isWithin(target, inner(folder)))];
  });
  return [...new Set(own)];
}

/** Whether a mount that holds the files of a server may well hold others beside them. */
export function holdsMore({ target }: SeenMount, folders: string[]): boolean {
  return !USUAL.test(target) && !folders.some((folder) => isWithin(target, folder));
}

function isWithin(inner: string, outer: string): boolean {
  const [a, b] = [inner.replace(/\/+$/, ''), outer.replace(/\/+$/, '')];
  return a === b || a.startsWith(`${b}/`);
}

function valueOf({ environment }: SeenContainer, name: string): string | undefined {
  return environment.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}
