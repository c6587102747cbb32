import { describe, expect, it } from '@jest/globals';
import { compareCounts } from '../../../src/backup/compare-counts.js';
import { countsSaid, dumpEndedWell, rowsInArchive } from '../../../src/backup/postgres-sql.js';
import { backupsToPrune, youngestProof } from '../../../src/backup/prune.js';
import { mayPass } from '../../../src/backup/moments.js';
import { redisAccess } from '../../../src/backup/redis-access.js';
import { checkBackupRoom, checkSize, checkStops, unreadable } from '../../../src/backup/select-findings.js';
import type { ContainerInspect } from '../../../src/docker/engine.js';
import type { BackupManifest, StoreBackup } from '../../../src/spec/backup.js';

function backup(id: string, atMs: number, proven: string[] = [], reused: string[] = []): BackupManifest {
  const store = (name: string): StoreBackup => ({
    ...{
      id: name,
      type: 'postgres',
      service: 'db',
      databases: ['shop'],
      files: [],
      imageId: 'i',
      takenAtMs: 0,
      durationMs: 0,
    },
  });
  return {
    ...{ format: 1, id, stack: 'shop', atMs, workflowId: 'w', runId: 'r', left: [] },
    stores: [store('a'), store('b')],
    reused: reused.map((from) => ({ store: store('a'), backup: from, ageMs: 1 })),
    proofs: proven.map((name) => ({ store: name, proven: true, restoreMs: 1, countsCompared: 1, atMs })),
  };
}

describe('which backups go', () => {
  it('are the oldest, never the newest proven one of a store, one a release names, or one another stands on', () => {
    const all = [
      backup('1', 1, ['b']),
      backup('2', 2),
      backup('3', 3, ['a']),
      backup('4', 4),
      backup('5', 5),
      backup('6', 6, [], ['4']),
    ];
    expect(backupsToPrune(all, 1, new Set(['2']))).toEqual(['5']);
    expect(backupsToPrune(all, 1, new Set())).toEqual(['2', '5']);
    expect(backupsToPrune(all, 9, new Set())).toEqual([]);
  });
});

describe('the youngest proof of a store', () => {
  it('is of the newest backup in which it was proven, with the same databases', () => {
    const all = [backup('1', 1, ['a']), backup('2', 2, ['a']), backup('3', 3)];
    expect(youngestProof(all, { id: 'a', databases: ['shop'] }, 10)).toEqual({ backup: '2', ageMs: 8 });
    expect(youngestProof(all, { id: 'a', databases: ['shop', 'new'] }, 10)).toBeUndefined();
    expect(youngestProof(all, { id: 'b' }, 10)).toBeUndefined();
  });
});

describe('counts', () => {
  it('are compared both ways', () => {
    expect(compareCounts({ a: 1, b: 2 }, { a: 1, b: 2 })).toEqual({ compared: 2, differences: [] });
    const { differences } = compareCounts({ a: 1, b: 2 }, { a: 3, c: 4 });
    expect(differences).toEqual([
      'a: 1 in the dump, 3 after the restore',
      'b: 2 in the dump, missing after the restore',
      'c: not in the dump, 4 after the restore',
    ]);
  });

  it('are read from what psql and awk say', () => {
    expect(countsSaid('0\nrows|public.a|12\nrows|public."b|c"|0\nWARNING: x\n')).toEqual({
      'public.a': 12,
      'public."b|c"': 0,
    });
    expect([dumpEndedWell('x\ndump-rc|0\n'), dumpEndedWell('dump-rc|1'), dumpEndedWell('')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(rowsInArchive('3|COPY public.a (x, y) FROM stdin;\n0|COPY "S p"."t(1)." (z) FROM stdin;\n')).toEqual({
      'public.a': 3,
      '"S p"."t(1)."': 0,
    });
  });
});

describe('the way into Redis', () => {
  const access = (Cmd: string[], Env: string[] = []) =>
    redisAccess({ Config: { Cmd, Env, Entrypoint: ['docker-entrypoint.sh'] } } as unknown as ContainerInspect);

  it.each([
    [['redis-server', '--requirepass', 'abc', '--save', ''], [], 'abc'],
    [['sh', '-c', 'redis-server --requirepass "$P" --appendonly yes'], ['P=abc'], 'abc'],
    [['sh', '-c', 'redis-server --requirepass ${P:?}'], ['P=abc'], 'abc'],
    [['redis-server'], ['P=abc'], undefined],
  ])('%j', (command, environment, password) => {
    expect(access(command as string[], environment as string[]).password).toBe(password);
  });

  it('names the configuration file', () => {
    expect(access(['redis-server', '/etc/redis/redis.conf']).config).toBe('/etc/redis/redis.conf');
  });
});

describe('what stands in the way of a backup', () => {
  const store = { id: 'volume-x', type: 'volume' as const, service: 'api', sizeBytes: 6.2 * 1024 ** 3 };

  it('is a store that is too large, with the line to write', () => {
    expect(checkSize(store, 7 * 1024 ** 3)).toEqual([]);
    const [finding] = checkSize(store, 5 * 1024 ** 3);
    expect(finding).toMatchObject({ rule: 'backup-too-large', severity: 'error', service: 'api' });
    expect(finding!.remedy).toContain('x-evenkeel: { backup: { max_size: 7gb } }');
  });

  it('is a copy that would stop a database while that is dumped', () => {
    const db = { id: 'postgres-db', type: 'postgres' as const, service: 'db' };
    expect(checkStops(store, { mounters: ['api'], databases: [db] })).toEqual([]);
    const [finding, ...others] = checkStops(store, { mounters: ['api', 'db'], databases: [db] });
    expect(finding).toMatchObject({ rule: 'backup-stops-database', severity: 'error', service: 'api' });
    expect([finding!.message, finding!.remedy, others.length]).toEqual([
      expect.stringContaining('postgres-db'),
      expect.stringContaining('consistency: pause in api'),
      0,
    ]);
  });

  it('is a disk without room', () => {
    expect(checkBackupRoom([store], { folder: '/b', freeBytes: 7 * 1024 ** 3 })).toEqual([]);
    expect(checkBackupRoom([store], { folder: '/b', freeBytes: 1024 })[0]).toMatchObject({ rule: 'backup-room' });
  });
});

describe('a store that cannot be looked at', () => {
  const db = { id: 'postgres-db', type: 'postgres' as const, service: 'db' };

  it('is left with a warning where it only looks like a database, and a deployment asks', () => {
    expect(unreadable(db, { isGuess: true, isAll: false }, 'no such user')).toMatchObject({
      left: [{ what: 'postgres-db', why: 'it does not answer: no such user' }],
      finding: { rule: 'backup-guessed', severity: 'warning', service: 'db' },
    });
  });

  it('is an error where it is one, and where all is to be backed up', () => {
    const error = (rule: string) => ({ left: [], finding: { rule, severity: 'error', service: 'db' } });
    expect(unreadable(db, { isGuess: false, isAll: false }, 'no such user')).toMatchObject(error('backup-impossible'));
    expect(unreadable(db, { isGuess: true, isAll: true }, 'no such user')).toMatchObject(error('backup-guessed'));
  });

  it.each([
    ['psql: error: connection to server on socket "/s" failed: FATAL:  the database system is starting up', true],
    ['FATAL:  the database system is not yet accepting connections', true],
    ['FATAL:  sorry, too many clients already', true],
    ['FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute', true],
    ['psql: error: connection to server at "127.0.0.1", port 5432 failed: timeout expired', true],
    ['psql: error: connection to server on socket "/s" failed: No such file or directory', true],
    ['LOADING Redis is loading the dataset in memory', true],
    ['BUSY Redis is busy running a script', true],
    ['no answer on port 6379', true],
    ['Error response from daemon: Container 1a is restarting, wait until the container is running', true],
    ['FATAL:  password authentication failed for user "shop"', false],
    ['NOAUTH Authentication required.', false],
    ['there is no redis-cli in the container', false],
  ])('may answer in a moment: %s: %s', (said, passes) => expect(mayPass(said)).toBe(passes));
});
