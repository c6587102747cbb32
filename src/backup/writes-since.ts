import type { StoreBackup } from '../spec/backup.js';
import type { Counted, StoreWrites } from '../spec/store-writes.js';
import { countsOf } from './postgres.js';

type Counts = Record<string, number>;

/** Parts that differ and are worth naming; the rest is counted. */
const NAMED_PARTS = 5;

/** What a store has now, beside what its backup has. `now` is in the nouns of `StoreBackup.counts`. */
export function writesSince(
  kept: Pick<StoreBackup, 'id' | 'type' | 'service' | 'databases' | 'counts'>,
  now: Counts,
): StoreWrites {
  const { id: store, service } = kept;
  const then = kept.counts ?? {};
  if (kept.type !== 'postgres') {
    const names = Object.keys(then).filter((name) => kept.type !== 'volume' || ['files', 'bytes'].includes(name));
    const counted = names.map((what) => ({ what, then: then[what]!, now: now[what] ?? 0, differing: [] }));
    return { store, service, counted };
  }
  const counted = (kept.databases ?? []).flatMap((database) =>
    rowsOf(database, countsOf({ counts: then }, database), countsOf({ counts: now }, database)),
  );
  return { store, service, counted };
}

function rowsOf(database: string, then: Counts, now: Counts): Counted[] {
  const tables = [...new Set([...Object.keys(then), ...Object.keys(now)])].sort();
  const differing = tables
    .filter((table) => then[table] !== now[table])
    .map((table) => `${table}: ${then[table] ?? 'not there'} → ${now[table] ?? 'gone'}`);
  if (differing.length === 0 && sum(now) === 0) return [];
  const more = differing.length - NAMED_PARTS;
  const named = [...differing.slice(0, NAMED_PARTS), ...(more > 0 ? [`and ${more} more`] : [])];
  return [{ what: `rows of ${database}`, then: sum(then), now: sum(now), differing: named }];
}

/** Large objects are counted too, and are no rows. */
function sum(counts: Counts): number {
  return Object.entries(counts).reduce((all, [table, rows]) => (table === 'large objects' ? all : all + rows), 0);
}
