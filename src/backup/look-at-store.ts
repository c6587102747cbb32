import type { LeftStore, StoreRef } from '../spec/backup.js';
import { lookAtServer as lookAtPostgres, ownDatabases } from './postgres.js';
import { lookAtServer as lookAtRedis } from './redis.js';
import type { DumpPlace } from './store-kind.js';

/**
 * What a folder takes on the disk, and what it takes once it is restored: an archive fills the holes of hollow files. Arguments: folder,
 * container, folder in it.
 */
const MEASURE = `
{ { du -sk -- "$1" && { du -sk --apparent-size -- "$1" || true; }; } ||
  { docker exec --user 0 "$2" du -sk "$3"; docker exec --user 0 "$2" du -sk --apparent-size "$3"; }; } 2>/dev/null || true
`;

/** What a store says of itself, or what can be seen of it. */
export interface StoreLook {
  /** Undefined where nobody can tell. */
  sizeBytes?: number;
  /** Those that are dumped. */
  databases?: string[];
  /** Databases that are not. */
  left?: LeftStore[];
  /** Where a server keeps its files, as far as it says so. */
  folders?: string[];
  /** It follows another server, whose data it has. */
  isReplica?: boolean;
}

/** Looks at a store. Throws `StoreFailed` where it lets nobody in. */
export async function lookAtStore(store: StoreRef, place: Omit<DumpPlace, 'folder'>): Promise<StoreLook> {
  if (store.type === 'postgres') return lookOfPostgres(store, await lookAtPostgres(place));
  if (store.type === 'redis') {
    const { bytes, dir, role } = await lookAtRedis(place);
    return {
      ...(Number.isFinite(Number(bytes)) ? { sizeBytes: Number(bytes) } : {}),
      ...(dir?.startsWith('/') ? { folders: [dir] } : {}),
      isReplica: role === 'slave',
    };
  }
  const mount = (await place.engine.inspect(place.container))?.Mounts.find(
    ({ Destination }) => Destination === store.target,
  );
  const args = [mount?.Source ?? '', place.container, store.target ?? ''];
  // Millions of files take their time: whoever comes after us goes on waiting for the same child.
  const doing = `measuring ${store.id}`;
  const said = await place.scripts.run({ name: `measure-${store.id}`, doing, text: MEASURE, args });
  const kilobytes = [...said.matchAll(/^(\d+)\s/gm)].map(([, count]) => Number(count));
  return kilobytes.length === 0 ? {} : { sizeBytes: Math.max(...kilobytes) * 1024 };
}

function lookOfPostgres(store: StoreRef, server: Awaited<ReturnType<typeof lookAtPostgres>>): StoreLook {
  const asked = store.databases;
  const wanted = asked ? server.databases.filter(({ name }) => asked.includes(name)) : ownDatabases(server);
  const others = server.databases.filter((database) => !wanted.includes(database));
  const left = (name: string, why: string): LeftStore => ({ what: `${store.id}, database ${name}`, why });
  const ofOthers = `it belongs to a role that ${server.user} is not, who dumps; name one that may: x-evenkeel.backup.user`;
  return {
    sizeBytes: wanted.reduce((sum, { bytes }) => sum + bytes, 0),
    databases: asked ?? wanted.map(({ name }) => name),
    left: [
      ...others.map(({ name }) => left(name, asked ? 'x-evenkeel.backup.database names another one' : ofOthers)),
      ...server.closed.map(({ name, isTemplate }) =>
        left(name, isTemplate ? 'it is a template' : 'it takes no connections'),
      ),
    ],
    isReplica: server.isReplica,
    ...(server.folders.length > 0 ? { folders: server.folders } : {}),
  };
}
