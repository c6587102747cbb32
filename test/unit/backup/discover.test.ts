import { describe, expect, it } from '@jest/globals';
import { databaseType, discoverStores, type SeenContainer, type Surroundings } from '../../../src/backup/discover.js';

const AROUND: Surroundings = {
  directory: '/srv/shop',
  volumeKeys: { shop_pg: 'pg', shop_files: 'files', shop_cache: 'cache' },
  policies: {},
};

function seen(service: string, image: string, more: Partial<SeenContainer> = {}): SeenContainer {
  return {
    ...{ service, image, id: `${service}-id`, number: 1, environment: [], command: [], workingDir: '/' },
    ...{ running: true, mounts: [], ...more },
  };
}

const volume = (name: string, target: string, writable = true) => ({
  ...{ type: 'volume', name, source: `/docker/${name}`, target, writable },
});
const bind = (source: string, target: string, kind: 'folder' | 'file' | 'missing' = 'folder', writable = true) => ({
  ...{ type: 'bind', source, target, writable, kind },
});

describe('what a container is', () => {
  const typeOf = (image: string, more: Partial<SeenContainer> = {}) =>
    databaseType(seen('db', image, more), { policies: {} });

  it.each([
    ['postgres:16-alpine', 'postgres'],
    ['registry:5000/team/postgres@sha256:abc', 'postgres'],
    ['bitnami/postgresql:15', 'postgres'],
    ['postgis/postgis', 'postgres'],
    ['timescale/timescaledb-ha:pg16', 'postgres'],
    ['edoburu/pgbouncer', undefined],
    ['dpage/pgadmin4', undefined],
    ['prom/postgres-exporter', undefined],
    ['postgrest/postgrest', undefined],
    ['redis:7', 'redis'],
    ['valkey/valkey:8', 'redis'],
    ['oliver006/redis_exporter', undefined],
    ['bitnami/redis-sentinel', undefined],
    ['mysql:8', undefined],
    ['acme/api', undefined],
    ['fastapi-postgres-web', undefined],
    ['redis-chat-api', undefined],
  ])('%s is %s', (image, type) => expect(typeOf(image)).toBe(type));

  it('is told by its own settings where the image has another name', () => {
    const environment = ['PGDATA=/data'];
    expect(typeOf('acme/database', { environment, command: ['docker-entrypoint.sh', 'postgres'] })).toBe('postgres');
    expect(typeOf('acme/database', { environment, command: ['sh', '-c', 'exec gosu postgres postgres'] })).toBe(
      'postgres',
    );
    expect(typeOf('acme/database', { environment, command: ['docker-entrypoint.sh', 'serve'] })).toBeUndefined();
    expect(typeOf('acme/store', { command: ['docker-entrypoint.sh', 'redis-server'] })).toBe('redis');
    expect(typeOf('acme/api', { environment: ['POSTGRES_PASSWORD=x', 'POSTGRES_USER=y'] })).toBeUndefined();
  });

  it.each([
    ['postgres:16', ['docker-entrypoint.sh', 'postgres', '-c', 'fsync=off'], 'postgres'],
    ['postgres:16', ['docker-entrypoint.sh', '-c', 'fsync=off'], 'postgres'],
    ['postgres:16', ['docker-entrypoint.sh', 'sh', '-c', 'pg_dump -h db -U postgres > /dumps/x'], undefined],
    ['postgres:16', ['docker-entrypoint.sh', 'psql', '-U', 'postgres'], undefined],
    ['postgres:16', ['/bin/sh', '-c', 'sleep infinity'], undefined],
    [
      'bitnami/postgresql:15',
      ['/opt/bitnami/scripts/postgresql/entrypoint.sh', '/opt/bitnami/scripts/postgresql/run.sh'],
      'postgres',
    ],
    ['redis:7', ['docker-entrypoint.sh', 'sh', '-c', 'redis-server --requirepass x'], 'redis'],
    ['redis:7', ['docker-entrypoint.sh', '/etc/redis.conf'], 'redis'],
    ['redis:7', ['docker-entrypoint.sh', 'redis-cli', 'monitor'], undefined],
    ['redis:7', ['docker-entrypoint.sh', 'redis-server', '/etc/s.conf', '--sentinel'], undefined],
  ])('%s that runs %j is %s', (image, command, type) => {
    expect(typeOf(image, { command, environment: ['PGDATA=/var/lib/postgresql/data'] })).toBe(type);
  });

  it('is a guess where no more than the command tells, and nobody has said it', () => {
    const isGuess = (container: SeenContainer, type?: 'redis') =>
      discoverStores([container], { ...AROUND, policies: type ? { db: { type } } : {} }).stores[0]!.isGuess ?? false;
    const builtIn = seen('db', 'acme/all-in-one', { command: ['sh', '-c', 'redis-server & exec node app.js'] });
    expect([isGuess(builtIn), isGuess(builtIn, 'redis')]).toEqual([true, false]);
    expect(isGuess(seen('db', 'redis:7', { command: ['docker-entrypoint.sh', 'redis-server'] }))).toBe(false);
    const own = { environment: ['PGDATA=/data'], command: ['docker-entrypoint.sh', 'postgres'] };
    expect(isGuess(seen('db', 'acme/database', own))).toBe(false);
  });

  it('is what its operator says', () => {
    const policies = { db: { type: 'volume' as const } };
    expect(databaseType(seen('db', 'postgres'), { policies })).toBeUndefined();
    expect(databaseType(seen('db', 'acme'), { policies: { db: { type: 'redis' } } })).toBe('redis');
  });
});

describe('the data of a stack', () => {
  const PG = seen('db', 'postgres:16', {
    environment: ['PGDATA=/var/lib/postgresql/data'],
    mounts: [volume('shop_pg', '/var/lib/postgresql/data'), volume('shop_files', '/backups')],
  });

  it('has a database dumped, and what it writes besides copied', () => {
    const { stores, left } = discoverStores([PG], AROUND);
    expect(stores).toEqual([
      { id: 'postgres-db', type: 'postgres', service: 'db', container: 'db-id', mountedBy: ['db'], isAtRest: false },
      {
        ...{ id: 'volume-files', type: 'volume', service: 'db', volume: 'shop_files', target: '/backups' },
        ...{ container: 'db-id', mountedBy: ['db'], isAtRest: false },
      },
    ]);
    expect(left).toEqual([]);
  });

  it('has what a program keeps beside its Redis copied', () => {
    const mounts = [volume('shop_files', '/certs'), volume('shop_cache', '/app/uploads'), volume('saves', '/saves')];
    const all = seen('app', 'acme/app', { command: ['sh', '-c', 'redis-server & exec node app.js'], mounts });
    const ids = (workingDir: string, folders?: Surroundings['folders']) =>
      discoverStores([{ ...all, workingDir }], { ...AROUND, ...(folders ? { folders } : {}) }).stores.map(
        ({ id }) => id,
      );
    const files = ['volume-app-saves', 'volume-cache', 'volume-files'];
    for (const workingDir of ['', '/', '/app']) expect(ids(workingDir)).toEqual(['redis-app', ...files]);
    expect(ids('/app', { 'app-id': ['/saves'] })).toEqual(['redis-app', ...files.slice(1)]);
    expect(ids('/app', { 'app-id': ['/app'] })).toEqual(['redis-app', ...files]);
    expect(ids('/saves')).toEqual(['redis-app', ...files.slice(1)]);
    expect(ids('/saves', 'none')).toEqual(['redis-app', ...files]);
  });

  it('has what lies beside the folder of PostgreSQL copied, and says what else is in the same place', () => {
    const of = (target: string, folders?: Surroundings['folders']) => {
      const mounts = [volume('shop_pg', target), volume('shop_files', '/var/lib/postgresql/wal-archive')];
      return discoverStores([{ ...PG, mounts }], { ...AROUND, ...(folders ? { folders } : {}) });
    };
    for (const target of ['/var/lib/postgresql/data', '/var/lib/postgresql']) {
      expect(of(target)).toMatchObject({ stores: [{ id: 'postgres-db' }, { id: 'volume-files' }], left: [] });
    }
    expect(of('/var/lib')).toMatchObject({
      stores: [{ id: 'postgres-db' }, { id: 'volume-files' }],
      left: [{ what: 'shop_pg', why: 'db keeps its database in it, and only that is dumped' }],
    });
    expect(of('/elsewhere', { 'db-id': ['/elsewhere/pg'] }).stores.map(({ id }) => id)).toEqual([
      'postgres-db',
      'volume-files',
    ]);
  });

  it('says what a dump does not have: other containers of its service, and what others write to its volume', () => {
    const api = seen('api', 'acme/api', { mounts: [volume('shop_pg', '/pg')] });
    const { stores, left } = discoverStores([PG, { ...PG, id: 'second', number: 2, mounts: [] }, api], AROUND);
    expect(stores.map(({ id }) => id)).toEqual(['postgres-db', 'volume-files']);
    expect(left.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      'shop_pg: db keeps its database in it, and only that is dumped; api can write to it too',
      'db, container 2: of the containers of db only the first one is dumped',
    ]);
  });

  it('is copied as files where the database does not run', () => {
    const { stores } = discoverStores([{ ...PG, running: false }], AROUND);
    expect(stores.map(({ id, isAtRest }) => [id, isAtRest])).toEqual([
      ['volume-files', true],
      ['volume-pg', true],
    ]);
  });

  it('has a volume once, with all who write to it; who only reads it is none of them', () => {
    const api = seen('api', 'acme/api', { mounts: [volume('shop_files', '/files'), volume('anonymous', '/tmp/x')] });
    const web = seen('web', 'nginx', { mounts: [volume('shop_files', '/www', false)] });
    const worker = seen('worker', 'acme/worker', { running: false, mounts: [volume('shop_files', '/f')] });
    const { stores } = discoverStores([web, worker, api], AROUND);
    expect(stores.map(({ id, mountedBy, isAtRest }) => [id, mountedBy, isAtRest])).toEqual([
      ['volume-api-tmp%2Fx', ['api'], false],
      ['volume-files', ['api', 'worker'], false],
    ]);
  });

  it.each([
    ['mysql:8', '/var/lib/mysql', 'MySQL'],
    ['mysql:8', '/etc/mysql/conf.d', undefined],
    ['acme/shop-database', '/var/lib/mysql', 'MySQL or MariaDB'],
    ['mongo@sha256:abc', '/data/db', 'MongoDB'],
    ['registry:5000/bitnami/mariadb', '/bitnami/mariadb', 'MariaDB'],
    ['docker.elastic.co/elasticsearch/elasticsearch:8', '/usr/share/elasticsearch/data', 'Elasticsearch'],
    ['docker.elastic.co/elasticsearch/elasticsearch:8', '/usr/share/elasticsearch/config', undefined],
    ['neo4j', '/data', 'Neo4j'],
    ['acme/mysql-client', '/srv/dumps', undefined],
  ])('of %s at %s are files of %s', (image, target, name) => {
    const [store] = discoverStores([seen('db', image, { mounts: [volume('v', target)] })], AROUND).stores;
    expect(store!.filesOf).toBe(name);
  });

  it('are files of a database where one that we know is copied as it is, and not what it keeps besides', () => {
    const files = (container: SeenContainer, more: Partial<Surroundings> = {}) =>
      discoverStores([container], { ...AROUND, ...more }).stores.map(({ id, filesOf }) => [id, filesOf]);
    expect(files({ ...PG, running: false })).toContainEqual(['volume-pg', 'PostgreSQL']);
    expect(files(PG, { policies: { db: { type: 'volume' } } })).toContainEqual(['volume-pg', 'PostgreSQL']);
    expect(files(PG)).toContainEqual(['volume-files', undefined]);
  });

  it.each([
    ['postgres:15', ['psql', '-c', 'create table x ()'], '/var/lib/postgresql/data'],
    ['postgres:15', ['sh', '/srv/api.sh'], '/var/lib/postgresql/data'],
    ['redis:7', ['docker-entrypoint.sh', 'redis-cli', 'monitor'], '/data'],
    ['mysql:8', ['mysqldump', '--all-databases'], '/var/lib/mysql'],
  ])('are nobody’s where %s is run as %j', (image, command, target) => {
    const client = seen('migrate', image, { command, mounts: [volume('anonymous', target)] });
    expect(discoverStores([client], AROUND).stores.map(({ filesOf }) => filesOf)).toEqual([undefined]);
  });

  it('belong to the container that runs the database, whoever else mounts them', () => {
    const mounts = [volume('shop_files', '/var/lib/mysql')];
    const exporter = seen('a-copier', 'acme/copier', { mounts });
    const reader = seen('b-reader', 'acme/reader', { mounts: [volume('shop_files', '/in')] });
    const mysql = seen('mysql', 'mysql:8', { mounts });
    expect(discoverStores([reader, exporter, mysql], AROUND).stores).toMatchObject([
      {
        ...{ id: 'volume-files', service: 'mysql', container: 'mysql-id', filesOf: 'MySQL' },
        mountedBy: ['a-copier', 'b-reader', 'mysql'],
      },
    ]);
    expect(discoverStores([reader, exporter], AROUND).stores).toMatchObject([{ service: 'a-copier' }]);
  });

  it('leaves what is not its own, and says why', () => {
    const api = seen('api', 'acme/api', {
      mounts: [
        bind('/srv/shop/uploads', '/uploads'),
        bind('/srv/shop', '/app'),
        bind('/etc/thing', '/thing'),
        bind('/srv/shop/one.db', '/one.db', 'file'),
        bind('/srv/shop/conf', '/conf', 'folder', false),
      ],
    });
    const muted = seen('muted', 'acme', { mounts: [volume('shop_cache', '/cache')] });
    const { stores, left } = discoverStores([api, muted], { ...AROUND, policies: { muted: { type: 'none' } } });
    expect(stores.map(({ id }) => id)).toEqual(['volume-api-uploads']);
    expect(left.map(({ what, service }) => [what, service])).toEqual([
      ['/srv/shop', 'api'],
      ['/etc/thing', 'api'],
      ['/srv/shop/one.db', 'api'],
      ['shop_cache', 'muted'],
    ]);
  });
});
