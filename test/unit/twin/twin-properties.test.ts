import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BindKind } from '../../../src/twin/binds.js';
import { deriveTwin } from '../../../src/twin/derive-twin.js';
import { refuseLive } from '../../../src/twin/refuse-live.js';
import { isDeep } from '../../support/in-depth.js';
import { OWN_FOLDER, PROJECT, requestFor } from './twin-request.js';

const RUNS = isDeep ? 1000 : 200;

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const name = fc.constantFrom(...NAMES);
const KINDS: BindKind[] = ['file', 'folder', 'folder-with-sockets', 'unseen-folder', 'socket', 'device', 'missing'];
const PATHS = ['/srv/a', '/srv/b$c', '/', '/run', '/var/run/docker.sock', '/dev/sda', '/etc/hosts', '/srv/../etc'];

const mount = fc.oneof(
  fc.record({ type: fc.constant('volume'), source: fc.constantFrom('v1', 'v2'), target: fc.constantFrom('/m', '/n') }),
  fc.record({ type: fc.constantFrom('volume', 'tmpfs', 'npipe', 'cluster', 'image'), target: fc.constant('/o') }),
  fc.record(
    {
      type: fc.constant('bind'),
      source: fc.constantFrom(...PATHS).map((path) => path.replaceAll('$', '$$$$')),
      target: fc.constantFrom('/p', '/docker-entrypoint-initdb.d'),
      read_only: fc.boolean(),
      bind: fc.constant({ create_host_path: true, propagation: 'rshared' }),
    },
    { requiredKeys: ['type', 'source', 'target'] },
  ),
);
const namespace = fc.oneof(
  fc.constantFrom('host', 'container:x', 'none', 'bridge'),
  name.map((one) => `service:${one}`),
);
const anything = fc.oneof(fc.string(), fc.array(fc.string()), fc.dictionary(fc.string(), fc.string()), fc.boolean());

const harmless = fc.record(
  {
    image: fc.constant('image:1'),
    volumes: fc.array(mount, { maxLength: 2 }),
    networks: fc.dictionary(fc.constantFrom('default', 'back'), fc.record({ ipv4_address: fc.string() })),
    depends_on: fc.dictionary(name, fc.record({ condition: fc.constant('service_started') })),
    volumes_from: fc.array(name, { maxLength: 1 }),
    labels: fc.dictionary(fc.string(), fc.string()),
    restart: fc.constantFrom('always', 'no', 'unless-stopped'),
    ports: fc.array(fc.record({ target: fc.nat(), published: fc.string() })),
    extra_hosts: fc.array(fc.string()),
    links: fc.array(name),
    container_name: fc.string(),
    unheard_of: anything,
  },
  { requiredKeys: ['image'] },
);
/** One thing that reaches past the stack, or may. */
const reaching = fc.oneof(
  fc.record({ network_mode: namespace }),
  fc.record({ pid: namespace }),
  fc.record({ ipc: namespace }),
  fc.record({ volumes_from: fc.constant(['container:x']) }),
  fc.record({ networks: fc.constant({ outer: null }) }),
  fc.record({ privileged: fc.boolean() }),
  fc.record({ cap_add: fc.array(fc.string(), { maxLength: 1 }) }),
  fc.record({ devices: fc.array(fc.string(), { maxLength: 1 }) }),
  fc.record({ gpus: anything }),
  fc.record({ use_api_socket: fc.boolean() }),
  fc.record({ provider: anything }),
  fc.record({ uts: fc.constantFrom('host', 'private') }),
  fc.record({ userns_mode: fc.constantFrom('host', '') }),
);
/** Services with whatever a file may say, sensible or not. */
const service = fc
  .tuple(harmless, fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: reaching }))
  .map(([one, other]) => ({ ...one, ...other }));
const networks = fc.record({
  default: fc.record({ name: fc.constant('shop_default') }),
  back: fc.record({
    name: fc.constant('shop_back'),
    internal: fc.boolean(),
    driver: fc.constantFrom('macvlan', 'bridge'),
  }),
  outer: fc.record({ name: fc.constant('proxy_net'), external: fc.boolean() }),
});
const volumes = fc.constant({
  v1: { name: 'shop_v1' },
  v2: { name: 'nas', external: true, driver_opts: { o: 'bind' } },
});
const stack = fc.record({ services: fc.dictionary(name, service, { minKeys: 1 }), networks, volumes });
const binds = fc.dictionary(fc.constantFrom(...PATHS), fc.constantFrom(...KINDS));

describe('a twin, whatever the stack', () => {
  it('refers to nothing live', () => {
    let onTwin = 0;
    fc.assert(
      fc.property(stack, fc.subarray(NAMES, { minLength: 1 }), binds, (rendered, changed, kinds) => {
        const stores = Object.keys(rendered.services)
          .slice(0, 1)
          .map((service) => ({ id: 's', type: 'postgres' as const, service }));
        const derived = deriveTwin(requestFor(rendered, { changed, stores, binds: kinds }));
        if (!('document' in derived)) return;
        onTwin += 1;
        expect(refuseLive(derived.document, { project: PROJECT, ownFolder: OWN_FOLDER })).toEqual([]);
        expect(JSON.stringify(derived.document)).not.toMatch(/"(?:shop_\w+|nas|proxy_net|\/var\/run\/docker\.sock)"/);
        const names = Object.keys(derived.spec.services);
        expect(
          Object.values(derived.spec.services).flatMap(({ dependsOn, joins }) => [
            ...dependsOn.map(({ service }) => service).filter((one) => !names.includes(one)),
            ...joins.filter((one) => one in rendered.services && !names.includes(one)),
          ]),
        ).toEqual([]);
        expect(changed.filter((one) => one in rendered.services).sort()).toEqual(
          [
            ...derived.rehearsed,
            ...derived.outside.map(({ service }) => service).filter((one) => changed.includes(one)),
          ].sort(),
        );
      }),
      { numRuns: RUNS },
    );
    expect(onTwin).toBeGreaterThan(RUNS / 10);
  });
});
