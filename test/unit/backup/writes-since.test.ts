import { describe, expect, it } from '@jest/globals';
import { writesSince } from '../../../src/backup/writes-since.js';
import { writesText } from '../../../src/spec/store-writes.js';

const postgres = {
  ...({ id: 'postgres-db', type: 'postgres', service: 'db' } as const),
  databases: ['postgres', 'shop'],
  counts: { 'postgres.large objects': 0, 'shop.public.orders': 1000, 'shop.public.old': 2, 'shop.large objects': 1 },
};

describe('what was written since a backup', () => {
  it('is told by database that has anything, with the tables that differ; large objects are no rows', () => {
    const now = {
      'postgres.large objects': 0,
      'shop.public.orders': 1010,
      'shop.public.notes': 5,
      'shop.large objects': 3,
    };
    const [shop, ...others] = writesSince(postgres, now).counted;
    expect(others).toEqual([]);
    expect(shop).toEqual({
      ...{ what: 'rows of shop', then: 1002, now: 1015 },
      differing: [
        'large objects: 1 → 3',
        'public.notes: not there → 5',
        'public.old: 2 → gone',
        'public.orders: 1000 → 1010',
      ],
    });
  });

  it('names five tables, and counts the others', () => {
    const many = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`shop.public.t${at}`, 1]));
    expect(writesSince({ ...postgres, counts: {} }, many).counted[0]!.differing.at(-1)).toBe('and 2 more');
  });

  it('is told of keys, files and bytes', () => {
    const redis = {
      ...({ id: 'redis-cache', type: 'redis', service: 'cache' } as const),
      counts: { 'keys that do not expire': 3 },
    };
    expect(writesText(writesSince(redis, { 'keys that do not expire': 3 }))).toBe(
      '3 keys that do not expire, as in the backup',
    );
    const counts = { files: 2, folders: 1, links: 0, others: 0, bytes: 10 };
    const volume = { ...({ id: 'volume-uploads', type: 'volume', service: 'app' } as const), counts };
    expect(writesText(writesSince(volume, { ...counts, files: 3, bytes: 25 }))).toBe(
      '3 files, 2 in the backup; 25 bytes, 10 in the backup',
    );
  });

  it('says so where nothing could be counted', () => {
    const writes = { store: 'postgres-db', service: 'db', counted: [], unknown: 'it does not answer' };
    expect(writesText(writes)).toBe('cannot be counted: it does not answer');
  });
});
