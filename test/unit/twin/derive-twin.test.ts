import { describe, expect, it } from '@jest/globals';
import type { StoreRef } from '../../../src/spec/backup.js';
import { deriveTwin } from '../../../src/twin/derive-twin.js';
import { requestFor, serviceOf, twinOf } from './twin-request.js';

const WEB = { image: 'web:1' };

describe('who stands on the twin', () => {
  const rendered = {
    services: {
      api: { image: 'api:1', depends_on: { db: { condition: 'service_healthy', required: true } } },
      db: { image: 'postgres:15' },
      web: { image: 'web:1', depends_on: { api: { condition: 'service_started', required: true } } },
    },
  };

  it('is what changes, with all it depends on, and nothing else', () => {
    const { document, rehearsed, outside } = twinOf(rendered, { changed: ['api'] });
    expect(Object.keys(document['services'] as object)).toEqual(['api', 'db']);
    expect(rehearsed).toEqual(['api']);
    expect(outside).toEqual([]);
  });

  it('is the service of a store, though it does not change', () => {
    const store = { id: 'postgres-db', type: 'postgres' as const, service: 'db' };
    const { document, rehearsed, stores } = twinOf(rendered, { changed: [], stores: [store] });
    expect(Object.keys(document['services'] as object)).toEqual(['db']);
    expect({ rehearsed, stores }).toEqual({ rehearsed: [], stores: [store] });
  });

  it.each<[string, object, string]>([
    ['privileged', { privileged: true }, 'is privileged'],
    ['added capabilities', { cap_add: ['NET_ADMIN'] }, 'has added capabilities (NET_ADMIN)'],
    ["the host's network", { network_mode: 'host' }, 'joins a namespace (network_mode: host)'],
    ["a container's network", { network_mode: 'container:x' }, 'joins a namespace (network_mode: container:x)'],
    ["the host's processes", { pid: 'host' }, 'joins a namespace (pid: host)'],
    ["the host's IPC", { ipc: 'host' }, 'joins a namespace (ipc: host)'],
    ["the host's name", { uts: 'host' }, 'joins a namespace (uts: host)'],
    ["the host's users", { userns_mode: 'host' }, 'joins a namespace (userns_mode: host)'],
    ["a container's volumes", { volumes_from: ['container:x:ro'] }, 'mounts the volumes of another container'],
    ['a device', { devices: [{ source: '/dev/kvm' }] }, 'uses a device'],
    ['a graphics card', { deploy: { resources: { reservations: { devices: [{}] } } } }, 'uses a device'],
    ['the socket of the engine', { use_api_socket: true }, 'binds the socket of the engine'],
    ['an external network', { networks: { proxy: null } }, 'is on the external network proxy'],
    ['a bound socket', { volumes: [bind('/srv/app.socket')] }, 'binds the socket /srv/app.socket'],
    ['the docker socket', { volumes: [bind('/var/run/docker.sock')] }, 'binds the socket /var/run/docker.sock'],
    ['a folder with a socket', { volumes: [bind('/srv/pg', true)] }, 'binds /srv/pg, which holds sockets'],
    ['a folder that nobody has seen whole', { volumes: [bind('/srv/big', true)] }, 'cannot be looked through'],
    ['the whole machine', { volumes: [bind('/', true)] }, 'binds / of the machine'],
    ['state of the machine', { volumes: [bind('/var/run', true)] }, 'binds /var/run of the machine'],
    ['a bound device', { volumes: [bind('/srv/tty')] }, 'binds the device /srv/tty'],
  ])('is nobody who has %s', (_what, special, why) => {
    const request = requestFor(
      { services: { web: { ...WEB, ...special } }, networks: { proxy: { name: 'proxy', external: true } } },
      {
        changed: ['web'],
        binds: {
          '/srv/app.socket': 'socket',
          '/srv/pg': 'folder-with-sockets',
          '/srv/big': 'unseen-folder',
          '/': 'folder',
          '/srv/tty': 'device',
        },
      },
    );
    expect(deriveTwin(request)).toEqual({ outside: [{ service: 'web', why: expect.stringContaining(why) }] });
  });

  it('is nobody who joins one that cannot be there', () => {
    const rendered = { services: { vpn: { ...WEB, privileged: true }, app: { ...WEB, network_mode: 'service:vpn' } } };
    expect(deriveTwin(requestFor(rendered, { changed: ['app'] }))).toEqual({
      outside: [{ service: 'app', why: 'shares namespaces or volumes of vpn, which is privileged' }],
    });
  });

  it('is there without what it depends on and cannot be there', () => {
    const services = {
      api: { ...WEB, depends_on: { agent: { condition: 'service_started', required: true } } },
      agent: { ...WEB, privileged: true },
    };
    const derived = twinOf({ services }, { changed: ['api'] });
    expect(serviceOf(derived, 'api')).not.toHaveProperty('depends_on');
    expect(derived.spec.services['api']!.dependsOn).toEqual([]);
    expect(derived.outside).toEqual([{ service: 'agent', why: 'is privileged' }]);
    expect(derived.facts.lacks).toEqual({ api: ['agent is not there: it is privileged'] });
    expect(derived.facts.elsewhere).toEqual(['agent', 'shop-agent-1']);
  });

  it('is nobody of a service that is scaled to nothing', () => {
    expect(deriveTwin(requestFor({ services: { web: { ...WEB, scale: 0 } } }, { changed: ['web'] }))).toEqual({
      outside: [],
    });
  });
});

describe('a service on the twin', () => {
  it('keeps what makes it itself, and nothing that others act on', () => {
    const service = {
      ...{ build: { context: '/src' }, command: ['run'], environment: { KEY: 'k$$1' }, user: 'app', hostname: 'h' },
      ...{ healthcheck: { test: ['CMD', 'true'] }, secrets: [{ source: 's' }], mem_limit: '1', init: true },
      ...{ container_name: 'the-web', ports: [{ target: 80, published: '80' }], expose: ['80'], restart: 'always' },
      ...{ labels: { 'traefik.enable': 'true' }, annotations: { a: 'b' }, extra_hosts: ['legacy=10.0.0.9'] },
      ...{ external_links: ['old_db:olddb'], links: ['db'], dns: ['10.0.0.1'], mac_address: '02:42:ac:11:65:43' },
      ...{ oom_score_adj: -500, oom_kill_disable: true, cpu_shares: 4096 },
      ...{ profiles: ['x'], pull_policy: 'always', logging: { driver: 'gelf' }, scale: 3, unheard_of: true },
      ...{ deploy: { replicas: 3, restart_policy: { condition: 'any' }, resources: { limits: { memory: '5' } } } },
      networks: { default: { ipv4_address: '172.18.0.5', aliases: ['www'], mac_address: '02:42:ac:11:65:44' } },
    };
    const derived = twinOf(
      { services: { web: service }, networks: { default: { name: 'shop_default', ipam: {} } }, secrets: { s: {} } },
      { changed: ['web'] },
    );
    expect(derived.document).toEqual({
      name: 'shop-twin-3f2a91c0',
      services: {
        web: {
          ...{ image: 'shop-web', command: ['run'], environment: { KEY: 'k$$1' }, user: 'app', hostname: 'h' },
          ...{ healthcheck: { test: ['CMD', 'true'] }, secrets: [{ source: 's' }], mem_limit: '1', init: true },
          ...{
            restart: 'no',
            labels: { 'evenkeel.twin-of': 'shop' },
            deploy: { resources: { limits: { memory: '5' } } },
          },
          ...{ oom_score_adj: 1000, cpu_shares: 256 },
          logging: { driver: 'json-file', options: { 'max-size': '20m' } },
          networks: { default: { aliases: ['www', 'the-web'] } },
        },
      },
      networks: {
        default: { name: 'shop-twin-3f2a91c0_default', internal: true, labels: { 'evenkeel.twin-of': 'shop' } },
      },
      volumes: {},
      secrets: { s: {} },
    });
    expect(derived.spec.project).toBe('shop-twin-3f2a91c0');
    expect(derived.spec.services['web']).toMatchObject({ scale: 1, ports: [], restart: 'no', image: 'shop-web' });
    expect(derived.facts.elsewhere).toEqual(['legacy', 'olddb']);
  });

  it('has a network of the twin instead of the bridge of the engine', () => {
    const derived = twinOf({ services: { web: { ...WEB, network_mode: 'bridge' } } }, { changed: ['web'] });
    expect(serviceOf(derived, 'web')).toMatchObject({ networks: { default: { aliases: ['shop-web-1'] } } });
    expect(derived.document['networks']).toHaveProperty('default.internal', true);
  });

  it('answers to the names that links give it', () => {
    const services = { api: { ...WEB, links: ['db:database'], depends_on: { db: {} } }, db: WEB };
    const derived = twinOf({ services }, { changed: ['api'] });
    expect(serviceOf(derived, 'db')).toMatchObject({ networks: { default: { aliases: ['shop-db-1', 'database'] } } });
    expect(serviceOf(derived, 'api')).not.toHaveProperty('links');
    expect(derived.facts.answering).toContain('database');
  });
});

describe('what a service mounts on the twin', () => {
  it('is fresh where it could be written to, and stays where it could not', () => {
    const service = {
      ...WEB,
      volumes: [
        { type: 'volume', source: 'uploads', target: '/uploads', volume: { subpath: 'a', nocopy: true } },
        { type: 'volume', target: '/scratch' },
        { type: 'tmpfs', target: '/tmp' },
        bind('/srv/conf.d', true),
        bind('/srv/app.$$conf'),
        bind('/srv/state'),
        bind('/srv/none', true),
      ],
    };
    const derived = twinOf(
      { services: { web: service }, volumes: { uploads: { name: 'nas', external: true } } },
      { changed: ['web'], binds: { '/srv/conf.d': 'folder', '/srv/app.$conf': 'file', '/srv/state': 'folder' } },
    );
    const bound = { bind: { create_host_path: false } };
    expect(serviceOf(derived, 'web')['volumes']).toEqual([
      { type: 'volume', source: 'uploads', target: '/uploads', volume: { nocopy: true } },
      { type: 'volume', target: '/scratch' },
      { type: 'tmpfs', target: '/tmp' },
      { type: 'bind', source: '/srv/conf.d', target: '/at/srv/conf.d', read_only: true, ...bound },
      { type: 'bind', source: '/state/run/twin/files/web-1', target: '/at/srv/app.$$conf', ...bound },
      { type: 'volume', source: 'evenkeel-bind-web-1', target: '/at/srv/state' },
      { type: 'volume', source: 'evenkeel-bind-web-2', target: '/at/srv/none' },
    ]);
    expect(derived.copies).toEqual([{ from: '/srv/app.$conf', to: '/state/run/twin/files/web-1' }]);
    expect(Object.values(derived.document['volumes'] as object)).toEqual(
      ['evenkeel-bind-web-1', 'evenkeel-bind-web-2', 'uploads'].map((key) => ({
        name: `shop-twin-3f2a91c0_${key}`,
        labels: { 'evenkeel.twin-of': 'shop' },
      })),
    );
    expect(derived.facts.lacks['web']).toEqual([
      'the volume uploads is empty',
      '/at/srv/state is empty (bound from /srv/state)',
    ]);
  });

  it('has no folder of a volume asked for that an empty one lacks', () => {
    const at = (source: string, subpath: string) => ({
      type: 'volume',
      source,
      target: `/${source}`,
      volume: { subpath },
    });
    const rendered = {
      services: {
        db: { ...WEB, volumes: [at('data', 'pg')] },
        web: { ...WEB, volumes: [at('files', 'a'), at('none', 'b')] },
      },
      volumes: { data: { name: 'shop_data' }, files: { name: 'shop_files' }, none: { name: 'shop_none' } },
    };
    const stores = [
      { id: 'postgres-db', type: 'postgres' as const, service: 'db' },
      { id: 'volume-files', type: 'volume' as const, service: 'web', volume: 'shop_files', target: '/files' },
    ];
    const derived = twinOf(rendered, { changed: ['web', 'db'], stores });
    const options = (name: string) =>
      (serviceOf(derived, name)['volumes'] as { volume: object }[]).map(({ volume }) => volume);
    expect(options('db')).toEqual([{}]);
    expect(options('web')).toEqual([{ subpath: 'a', nocopy: true }, {}]);
  });

  it('may be in a folder that nobody has seen whole where the twin has a fresh volume there', () => {
    const derived = twinOf(
      { services: { web: { ...WEB, volumes: [bind('/srv/big')] } } },
      { changed: ['web'], binds: { '/srv/big': 'unseen-folder' } },
    );
    expect(derived.rehearsed).toEqual(['web']);
  });

  it("gets none of the image's files where an archive is unpacked, and a database gets them", () => {
    const service = {
      ...WEB,
      volumes: [{ type: 'volume', source: 'uploads', target: '/uploads' }, bind('/srv/state'), bind('/srv/other')],
    };
    const db = { ...WEB, volumes: [{ type: 'volume', source: 'data', target: '/data' }] };
    const derived = twinOf(
      {
        services: { web: service, also: { ...WEB, volumes: service.volumes.slice(0, 1) }, db },
        volumes: { uploads: { name: 'shop_uploads' }, data: { name: 'shop_data' } },
      },
      {
        changed: ['web', 'also', 'db'],
        binds: { '/srv/state': 'folder', '/srv/other': 'folder' },
        stores: [
          { id: 'volume-uploads', type: 'volume', service: 'web', volume: 'shop_uploads', target: '/uploads' },
          { id: 'volume-state', type: 'volume', service: 'web', target: '/at/srv/state' },
          { id: 'postgres-db', type: 'postgres', service: 'db' },
        ],
      },
    );
    const nocopy = { volume: { nocopy: true } };
    expect(serviceOf(derived, 'web')['volumes']).toEqual([
      { type: 'volume', source: 'uploads', target: '/uploads', ...nocopy },
      { type: 'volume', source: 'evenkeel-bind-web-1', target: '/at/srv/state', ...nocopy },
      { type: 'volume', source: 'evenkeel-bind-web-2', target: '/at/srv/other' },
    ]);
    expect(serviceOf(derived, 'also')['volumes']).toEqual([
      { type: 'volume', source: 'uploads', target: '/uploads', ...nocopy },
    ]);
    expect(serviceOf(derived, 'db')['volumes']).toEqual([{ type: 'volume', source: 'data', target: '/data' }]);
  });

  it('is missing to whoever depends on it', () => {
    const data = { type: 'volume', source: 'data', target: '/data' };
    const services = { db: { ...WEB, volumes: [data] }, api: { ...WEB, depends_on: { db: {} } } };
    const derived = twinOf({ services, volumes: { data: { name: 'shop_data' } } }, { changed: ['api'] });
    expect(derived.facts.lacks).toEqual({
      api: ['db: the volume data is empty'],
      db: ['the volume data is empty'],
    });
  });

  it('is told of stores of the stack that are not filled, to whoever writes to them or needs who does', () => {
    const files = { type: 'volume', source: 'files', target: '/files' };
    const services = {
      db: { ...WEB, volumes: [{ type: 'volume', source: 'data', target: '/data' }] },
      api: { ...WEB, depends_on: { db: {} }, volumes: [files] },
      web: { ...WEB, depends_on: { api: {} } },
      reader: { ...WEB, volumes: [{ ...files, read_only: true }] },
    };
    const rendered = { services, volumes: { data: { name: 'shop_data' }, files: { name: 'shop_files' } } };
    const db = { id: 'postgres-db', type: 'postgres' as const, service: 'db' };
    const uploads = { id: 'volume-files', type: 'volume' as const, service: 'api', volume: 'shop_files', target: '/f' };
    const inStack = [
      { ...db, mountedBy: ['db'] },
      { ...uploads, mountedBy: ['api'] },
      // Its files are filled with the database.
      { ...uploads, id: 'volume-data', service: 'db', volume: 'shop_data', mountedBy: ['db'] },
    ];
    const emptied = (stores: StoreRef[]) =>
      twinOf(rendered, { changed: ['api', 'web', 'reader'], stores, inStack }).facts.emptied;
    expect(emptied([db, uploads])).toEqual({});
    expect(emptied([db])).toEqual({ api: ['volume-files'], web: ['volume-files'] });
    expect(emptied([uploads])).toEqual({
      api: ['postgres-db', 'volume-data'],
      db: ['postgres-db', 'volume-data'],
      web: ['postgres-db', 'volume-data'],
    });
  });

  it('has no healthcheck to be missed where it is waited for until it has ended', () => {
    const services = {
      migrate: WEB,
      db: { ...WEB, healthcheck: { disable: true } },
      api: { ...WEB, depends_on: { migrate: { condition: 'service_completed_successfully' }, db: {} } },
    };
    expect(twinOf({ services }, { changed: ['api'] }).facts.unchecked).toEqual(['api', 'db']);
  });

  it('is filled where a database keeps its files in a bound folder', () => {
    const db = { ...WEB, volumes: [bind('/srv/data'), bind('/srv/more', true)] };
    const other = { ...WEB, volumes: [bind('/srv/data')] };
    const services = { db, other, api: { ...WEB, depends_on: { db: {} }, healthcheck: { test: ['CMD', 'true'] } } };
    const binds = { '/srv/data': 'folder', '/srv/more': 'folder' } as const;
    const stores = [{ id: 'postgres-db', type: 'postgres' as const, service: 'db' }];
    const { facts } = twinOf({ services }, { changed: ['api', 'other'], binds, stores });
    expect(facts.lacks).toEqual({ other: ['/at/srv/data is empty (bound from /srv/data)'] });
    expect(facts.unchecked).toEqual(['db', 'other']);
  });

  it('hides the init scripts of a database that is filled, and only of such a one', () => {
    const db = {
      image: 'postgres:15',
      tmpfs: ['/run'],
      volumes: [
        { type: 'volume', source: 'data', target: '/var/lib/postgresql/data' },
        { type: 'bind', source: '/srv/init.sql', target: '/docker-entrypoint-initdb.d/init.sql', read_only: true },
      ],
    };
    const rendered = { services: { db, other: db }, volumes: { data: { name: 'shop_data' } } };
    const derived = twinOf(rendered, {
      changed: ['other'],
      stores: [{ id: 'postgres-db', type: 'postgres', service: 'db' }],
      binds: { '/srv/init.sql': 'file' },
    });
    expect(serviceOf(derived, 'db')).toMatchObject({
      tmpfs: ['/run', '/docker-entrypoint-initdb.d'],
      volumes: [{ source: 'data' }],
    });
    expect(serviceOf(derived, 'other')['volumes']).toHaveLength(2);
    expect(derived.facts.lacks).toEqual({ other: ['the volume data is empty'] });
  });
});

function bind(source: string, readOnly = false): object {
  return { type: 'bind', source, target: `/at${source}`, ...(readOnly ? { read_only: true } : {}) };
}
