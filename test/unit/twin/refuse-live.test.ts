import { describe, expect, it } from '@jest/globals';
import { type MadeContainer, refuseLiveContainer } from '../../../src/twin/refuse-live-container.js';
import { refuseLive } from '../../../src/twin/refuse-live.js';
import { OWN_FOLDER, PROJECT, serviceOf, twinOf } from './twin-request.js';

const BOUNDS = { project: PROJECT, ownFolder: OWN_FOLDER };

function twin() {
  const services = { web: { image: 'web:1', volumes: [{ type: 'volume', source: 'data', target: '/data' }] } };
  return twinOf({ services, volumes: { data: { name: 'shop_data' } } }, { changed: ['web'] });
}

describe('refuseLive', () => {
  it('lets a twin be that refers to nothing live', () => {
    expect(refuseLive(twin().document, BOUNDS)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["the stack's volume by bind", { volumes: [{ type: 'bind', source: '/srv', target: '/x' }] }, 'would make /srv'],
    ['a writable bind', { volumes: [own('/srv')] }, 'may write to /srv'],
    ['a bind beside its own folder', { volumes: [own(`${OWN_FOLDER}/../frozen`)] }, 'may write to'],
    ['the docker socket', { volumes: [{ ...own('/var/run/docker.sock'), read_only: true }] }, 'reaches the machine'],
    ['a volume that it does not have', { volumes: [{ type: 'volume', source: 'x', target: '/x' }] }, 'the volume x'],
    ['a network that it does not have', { networks: { proxy: null } }, 'on the network proxy'],
    ['a fixed address', { networks: { default: { ipv4_address: '10.0.0.1' } } }, 'has ipv4_address'],
    ["the host's network", { network_mode: 'host' }, 'joins network_mode host'],
    ["a container's processes", { pid: 'container:shop-db-1' }, 'joins pid container:shop-db-1'],
    ['the namespace of a service elsewhere', { ipc: 'service:db' }, 'joins ipc service:db'],
    ['the volumes of a container', { volumes_from: ['container:db'] }, 'mounts the volumes of container:db'],
    ['published ports', { ports: [{ target: 80 }] }, 'has ports'],
    ['privileges', { privileged: true }, 'has privileged'],
    ['a container name', { container_name: 'web' }, 'has container_name'],
    ['extra hosts', { extra_hosts: ['a=1.2.3.4'] }, 'has extra_hosts'],
    ['labels of a proxy', { labels: { 'traefik.enable': 'true' } }, 'has labels of the stack'],
    ['a restart policy', { restart: 'always' }, 'is restarted by Docker'],
    ['a dependency elsewhere', { depends_on: { db: {} } }, 'depends on db'],
  ])('refuses a service with %s', (_what, special, reason) => {
    const derived = twin();
    const document = { ...derived.document, services: { web: { ...serviceOf(derived, 'web'), ...special } } };
    expect(refuseLive(document, BOUNDS)).toEqual([expect.stringContaining(`web `) && expect.stringContaining(reason)]);
  });

  it.each<[string, object, string]>([
    ["the stack's network", { networks: { default: { name: 'shop_default' } } }, 'named shop_default'],
    ['an external network', { networks: { default: { name: `${PROJECT}_x`, external: true } } }, 'is external'],
    ['a network into the world', { networks: { default: { name: `${PROJECT}_x` } } }, 'is not internal'],
    ["the stack's volume", { volumes: { data: { name: 'shop_data' } } }, 'named shop_data'],
    ['an external volume', { volumes: { data: { name: 'nas', external: true } } }, 'is external'],
    ['a volume on the host', { volumes: { data: { name: `${PROJECT}_d`, driver_opts: { o: 'bind' } } } }, 'driver'],
    ["the stack's name", { name: 'shop' }, 'the project is shop'],
  ])('refuses %s', (_what, special, reason) => {
    const reasons = refuseLive({ ...twin().document, ...special }, BOUNDS);
    expect(reasons.join('\n')).toContain(reason);
  });
});

describe('refuseLiveContainer', () => {
  const made: MadeContainer = {
    project: PROJECT,
    mounts: [
      { type: 'volume', name: `${PROJECT}_data`, target: '/data', writable: true },
      { type: 'volume', name: 'a'.repeat(64), target: '/scratch', writable: true },
      { type: 'bind', source: `${OWN_FOLDER}/files/web-1`, target: '/conf', writable: true },
      { type: 'bind', source: '/srv/conf', target: '/conf.d', writable: false },
    ],
    networks: [`${PROJECT}_default`],
    networkMode: `${PROJECT}_default`,
    ...{ pidMode: '', ipcMode: 'private', utsMode: '', usernsMode: '' },
    ...{ privileged: false, capAdd: [], devices: 0, publishedPorts: 0, restartPolicy: 'no' },
  };
  const live = { volumes: ['shop_data', 'b'.repeat(64)], networks: ['shop_default'], containers: ['own'] };

  it('lets a container be that is all of the twin', () => {
    expect(refuseLiveContainer(made, live, BOUNDS)).toEqual([]);
    expect(refuseLiveContainer({ ...made, pidMode: 'container:own' }, live, BOUNDS)).toEqual([]);
  });

  it.each<[string, Partial<MadeContainer>, string]>([
    ['a live volume', { mounts: [volume('shop_data')] }, 'mounts the volume shop_data'],
    ['a live volume without a name', { mounts: [volume('b'.repeat(64))] }, 'mounts the volume bbb'],
    ['a writable bind', { mounts: [{ type: 'bind', source: '/srv', target: '/x', writable: true }] }, 'write to /srv'],
    ['a live network', { networks: ['shop_default'] }, 'on the network shop_default'],
    ["the host's network", { networkMode: 'host' }, 'the network of the host'],
    ["a live container's network", { networkMode: 'container:live' }, 'the network of the container live'],
    ["a live container's processes", { pidMode: 'container:live' }, 'the processes of the container live'],
    ["the host's IPC", { ipcMode: 'host' }, 'the IPC of the host'],
    ['privileges', { privileged: true }, 'privileged'],
    ['capabilities', { capAdd: ['SYS_ADMIN'] }, 'SYS_ADMIN'],
    ['devices', { devices: 1 }, 'devices'],
    ['ports', { publishedPorts: 1 }, 'publishes ports'],
    ['a restart policy', { restartPolicy: 'always' }, 'restarts it'],
    ['another project', { project: 'shop' }, 'of the project shop'],
  ])('refuses %s', (_what, special, reason) => {
    expect(refuseLiveContainer({ ...made, ...special }, live, BOUNDS)).toEqual([expect.stringContaining(reason)]);
  });
});

function volume(name: string) {
  return { type: 'volume', name, target: '/x', writable: true };
}

function own(source: string): object {
  return { type: 'bind', source, target: '/x', bind: { create_host_path: false } };
}
