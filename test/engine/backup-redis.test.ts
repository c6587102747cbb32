import { cp, mkdtemp, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { redis } from '../../src/backup/redis.js';
import type { StoreBackup, StoreRef } from '../../src/spec/backup.js';
import { ArgvWatch } from '../support/argv-watch.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { cases } from '../support/in-depth.js';
import { StoreWorld } from '../support/store-world.js';

const IMAGE = 'evenkeel-local/redis:7';
const PASSWORD = 's3cret-9821';
const STORE: StoreRef = { id: 'redis-cache', type: 'redis', service: 'cache' };
const COUNTS = { 'keys that do not expire': 502 };

let world: StoreWorld;

beforeAll(async () => {
  world = await StoreWorld.make();
});
afterAll(async () => world.remove());

async function cli(container: string, ...args: string[]): Promise<string> {
  return docker(['exec', '-e', 'REDISCLI_AUTH', container, 'redis-cli', ...args], { REDISCLI_AUTH: PASSWORD });
}

async function filled(before: string[], command: string[]): Promise<string> {
  const id = await world.run([...before, IMAGE, ...command]);
  await eventually('Redis answers', async () => (await cli(id, 'ping').catch(() => '')).endsWith('PONG'));
  await cli(id, 'eval', "for i = 1, 500 do redis.call('set', 'key:' .. i, i) end", '0');
  await cli(id, 'set', 'soon', 'gone', 'ex', '1000');
  await cli(id, '-n', '3', 'rpush', 'list', 'a', 'b');
  await cli(id, '-n', '5', 'set', 'x', 'y');
  return id;
}

async function dumped(container: string): Promise<{ backup: StoreBackup; folder: string }> {
  const place = await world.dumpPlace(container);
  const backup = await world.backup(STORE, await redis.dump(STORE, place), container);
  return { backup, folder: place.folder };
}

/** A server of the same settings that begins with the dump. */
async function restored(
  { backup, folder }: { backup: StoreBackup; folder: string },
  before: string[],
  command: string[],
): Promise<Record<string, number>> {
  const fresh = await world.run([...before, IMAGE, ...command], false);
  const place = await world.restorePlace(fresh, folder);
  await redis.beforeStart!(backup, place);
  await docker(['start', fresh]);
  await eventually('it answers', async () => redis.answers(backup, place));
  expect(await cli(fresh, '-n', '3', 'lrange', 'list', '0', '-1')).toContain('a\nb');
  return redis.count(backup, place);
}

const WAYS: [string, string[], string[]][] = [
  ['without a password', [], []],
  [
    'with REDISCLI_AUTH and an append-only file',
    ['-e', `REDISCLI_AUTH=${PASSWORD}`],
    ['sh', '-c', 'exec docker-entrypoint.sh redis-server - <<C\nrequirepass $REDISCLI_AUTH\nappendonly yes\nC'],
  ],
  ['with the password in its command', [], ['redis-server', '--requirepass', PASSWORD]],
  [
    'with the password in its environment',
    ['-e', `THE_PASSWORD=${PASSWORD}`],
    ['sh', '-c', 'exec docker-entrypoint.sh redis-server --requirepass "$THE_PASSWORD"'],
  ],
  ['that never saves by itself', [], ['redis-server', '--save', '', '--port', '6390', '--requirepass', PASSWORD]],
];

const KEEPER = `user keeper on >${PASSWORD} ~* &* +@all`;
const ACCESS_LISTS: [string, string[], string[]][] = [
  [
    'with its default user off, and another one in its command',
    [],
    ['redis-server', '--user', 'default', 'off', '--user', ...KEEPER.split(' ').slice(1)],
  ],
  [
    'with its default user off, and another one in its access list',
    ['-e', `LIST=user default off\n${KEEPER}\n`],
    ['sh', '-c', 'printf "$LIST" >/tmp/users.acl; exec docker-entrypoint.sh redis-server --aclfile /tmp/users.acl'],
  ],
  [
    'with its default user off, and another one in its environment',
    ['-e', 'REDIS_USERNAME=keeper', '-e', `REDIS_PASSWORD=${PASSWORD}`],
    [
      'sh',
      '-c',
      'echo "user default off" >/tmp/users; echo "user keeper on #$(printf %s "$REDIS_PASSWORD" | sha256sum | cut -c1-64) ~* &* +@all" >>/tmp/users; exec docker-entrypoint.sh redis-server --aclfile /tmp/users',
    ],
  ],
];

describe('a dump of Redis', () => {
  it.each(cases(WAYS.slice(0, 2), WAYS.slice(2, 4)))('%s comes back whole', async (_way, before, command) => {
    const live = await filled(before, command);
    const watch = new ArgvWatch();
    const backup = await dumped(live);
    const seen = await watch.stop();
    expect(backup.backup.counts).toEqual(COUNTS);
    expect(backup.backup.engine).toMatch(/^Redis 7\./);
    expect(JSON.stringify(backup.backup)).not.toContain(PASSWORD);
    expect(seen.filter((line) => line.includes(PASSWORD))).toEqual([]);
    expect(seen.some((line) => line.includes('docker exec'))).toBe(true);
    expect(await restored(backup, before, command)).toEqual(COUNTS);
  });

  it.each(cases(ACCESS_LISTS.slice(0, 1), ACCESS_LISTS.slice(1)))(
    '%s comes back whole',
    async (_way, before, command) => {
      const keeper = (id: string, ...args: string[]) => cli(id, '--user', 'keeper', ...args);
      const live = await world.run([...before, IMAGE, ...command]);
      await eventually('Redis answers', async () => (await keeper(live, 'ping').catch(() => '')).endsWith('PONG'));
      await keeper(live, 'set', 'a', '1');
      const watch = new ArgvWatch();
      const { backup, folder } = await dumped(live);
      expect((await watch.stop()).filter((line) => line.includes(PASSWORD))).toEqual([]);
      expect(backup).toMatchObject({ counts: { 'keys that do not expire': 1 }, details: { dir: '/data' } });
      const fresh = await world.run([...before, IMAGE, ...command], false);
      const place = await world.restorePlace(fresh, folder);
      await redis.beforeStart!(backup, place);
      await docker(['start', fresh]);
      await eventually('it answers', async () => redis.answers(backup, place));
      expect(await redis.count(backup, place)).toEqual(backup.counts);
    },
  );

  it('of a server that never saves by itself leaves no snapshot in it', async () => {
    const [, before, command] = WAYS[4]!;
    const live = await world.run([...before, IMAGE, ...command]);
    const at6390 = async (...args: string[]) => cli(live, '-p', '6390', ...args);
    await eventually('Redis answers', async () => (await at6390('ping').catch(() => '')).endsWith('PONG'));
    await at6390('set', 'a', '1');
    const { backup, folder } = await dumped(live);
    expect(backup.counts).toEqual({ 'keys that do not expire': 1 });
    expect((await docker(['exec', live, 'ls', '/data'])).trim()).toBe('');
    await redis.verify(backup, { folder, image: backup.imageId, scripts: await world.scripts() });
  });

  it('is refused when it is cut off, or a bit of it is another', async () => {
    const { backup, folder } = await dumped(await filled([], []));
    const refused = async (damage: (file: string) => Promise<void>): Promise<void> => {
      const copy = await mkdtemp(path.join(world.folder, 'copy-'));
      await cp(folder, copy, { recursive: true });
      await damage(path.join(copy, 'redis-cache.rdb'));
      const place = { folder: copy, image: backup.imageId, scripts: await world.scripts() };
      await expect(redis.verify(backup, place)).rejects.toThrow(/redis-cache\.rdb/);
    };
    const { size } = await stat(path.join(folder, 'redis-cache.rdb'));
    for (const tenths of [0, 3, 6, 9]) {
      await refused(async (file) => truncate(file, Math.floor((size * tenths) / 10)));
    }
    for (const part of [0.5, 0.9]) {
      await refused(async (file) => {
        const bytes = await readFile(file);
        bytes[Math.floor(size * part)]! ^= 4;
        await writeFile(file, bytes);
      });
    }
  });

  it('fails in words when the password is not known', async () => {
    const live = await filled(
      [],
      [
        'sh',
        '-c',
        `printf 'requirepass ${PASSWORD}\\n' >/tmp/hidden; exec docker-entrypoint.sh redis-server /tmp/hidden --protected-mode no`,
      ],
    );
    await expect(dumped(live)).rejects.toThrow(/NOAUTH/);
  });
});
