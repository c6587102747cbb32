import type { LeftStore, StoreRef } from '../spec/backup.js';
import { lookAtServer as lookAtPostgres, ownDatabases } from './postgres.js';
import { lookAtServer as lookAtRedis } from './redis.js';
import type { DumpPlace } from './store-kind.js';

/**
 * How large a store is, and which databases it has, as it says itself; undefined where nobody can tell. `left` are those
 * that are not dumped. Throws `StoreFailed` where it lets nobody in.
 */
export async function sizeOf(
  store: StoreRef,
  place: Omit<DumpPlace, 'folder'>,
): Promise<{ sizeBytes?: number; databases?: string[]; left?: LeftStore[] }> {
  if (store.type === 'postgres') {
    const server = await lookAtPostgres(place);
    const asked = store.databases;
    const wanted = asked ? server.databases.filter(({ name }) => asked.includes(name)) : ownDatabases(server);
    const others = asked ? [] : server.databases.filter((database) => !wanted.includes(database));
    const why = `it belongs to a role that ${server.user} is not, who dumps; name one that may: x-evenkeel.backup.user`;
    return {
      sizeBytes: wanted.reduce((sum, { bytes }) => sum + bytes, 0),
      databases: asked ?? wanted.map(({ name }) => name),
      left: others.map(({ name }) => ({ what: `${store.id}, database ${name}`, why })),
    };
  }
  if (store.type === 'redis') {
    const bytes = Number((await lookAtRedis(place))['bytes']);
    return Number.isFinite(bytes) ? { sizeBytes: bytes } : {};
  }
  const mount = (await place.engine.inspect(place.container))?.Mounts.find(
    ({ Destination }) => Destination === store.target,
  );
  const text = `{ du -sk -- "$1" || docker exec --user 0 "$2" du -sk "$3"; } 2>/dev/null || true`;
  const args = [mount?.Source ?? '', place.container, store.target ?? ''];
  // Millions of files take their time: whoever comes after us goes on waiting for the same child.
  const said = await place.scripts.run({ name: `measure-${store.id}`, doing: `measuring ${store.id}`, text, args });
  const [, kilobytes] = /^(\d+)/m.exec(said) ?? [];
  return kilobytes === undefined ? {} : { sizeBytes: Number(kilobytes) * 1024 };
}
