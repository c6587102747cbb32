import type { StoreRef } from '../spec/backup.js';
import { lookAtServer as lookAtPostgres } from './postgres.js';
import { lookAtServer as lookAtRedis } from './redis.js';
import type { DumpPlace } from './store-kind.js';

/**
 * How large a store is, and which databases it has, as it says itself; undefined where nobody can tell. Throws `StoreFailed`
 * where it lets nobody in.
 */
export async function sizeOf(
  store: StoreRef,
  place: Omit<DumpPlace, 'folder'>,
): Promise<{ sizeBytes?: number; databases?: string[] }> {
  if (store.type === 'postgres') {
    const { databases } = await lookAtPostgres(place);
    const wanted = databases.filter(({ name }) => store.databases?.includes(name) ?? true);
    return {
      sizeBytes: wanted.reduce((sum, { bytes }) => sum + bytes, 0),
      databases: store.databases ?? wanted.map(({ name }) => name),
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
