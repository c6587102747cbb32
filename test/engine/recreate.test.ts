import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type EngineConnection, type EngineRequest } from '../../src/docker/dockerode-connection.js';
import { dockerodeEngine } from '../../src/docker/dockerode-engine.js';
import { recreates } from '../../src/docker/dockerode-recreate.js';
import type { ContainerInspect } from '../../src/docker/engine.js';
import { docker, testProject, type TestProject } from '../support/docker-cli.js';

const WEB = 'evenkeel-test/web:1';
const engine = dockerodeEngine({});
let project: TestProject;

beforeAll(async () => {
  project = await testProject(
    'recreate',
    `
services:
  whole:
    image: ${WEB}
    init: true
    hostname: given
    environment: { VERSION: "2", EMPTY: "" }
    volumes: [ named:/named, /anonymous, "./bound:/bound:ro" ]
    tmpfs: [ /scratch ]
    networks:
      front: { priority: 1, aliases: [ other ], ipv4_address: 10.251.77.9, mac_address: "02:42:aa:bb:cc:d1" }
      back: {}
    ports: [ "127.0.0.1::8080" ]
    healthcheck: { test: [ CMD, "true" ], interval: 1h, start_period: 3s }
    ulimits: { nofile: 1234 }
    cap_drop: [ NET_RAW ]
    logging: { driver: json-file, options: { max-size: 1m } }
    mem_limit: 64m
    restart: unless-stopped
    stop_signal: SIGINT
    stop_grace_period: 3s
    extra_hosts: [ "somewhere:10.1.2.3" ]
    labels: { mine: yes }
  plain:
    image: ${WEB}
    init: true
    entrypoint: ""
    command: [ /bin/web ]
  joined:
    image: ${WEB}
    init: true
    environment: { PORT: "8081" }
    network_mode: service:plain
    pid: service:plain
    volumes_from: [ whole ]
networks:
  front: { ipam: { config: [ { subnet: 10.251.77.0/24 } ] } }
  back: {}
volumes: { named: {} }
`,
  );
  await project.compose('up', '-d');
});
afterAll(() => project.remove());

/** What a container is, without what no two containers have in common. */
function essence(inspect: ContainerInspect): unknown {
  const { Config, HostConfig, Mounts, NetworkSettings, Image, Name, Path, Args } = inspect;
  const networks = Object.entries(NetworkSettings.Networks).map(([name, endpoint]) => {
    const { Aliases, IPAMConfig, Links, DriverOpts } = endpoint as Record<string, unknown>;
    const fixed = IPAMConfig && Object.keys(IPAMConfig).length > 0;
    const addresses = fixed ? [endpoint.IPAddress, endpoint.MacAddress] : [];
    return [name, { Aliases, IPAMConfig, Links, DriverOpts, addresses }];
  });
  const byTarget = <T>(list: T[], target: (item: T) => string) =>
    list.sort((a, b) => target(a).localeCompare(target(b)));
  const mounts = byTarget([...Mounts], ({ Destination }) => Destination).map((mount) => ({ ...mount, Mode: '' }));
  const declared = (HostConfig.Mounts ?? []).map(({ Target, Type }) => ({ Target, Type }));
  const Hostname = Config.Hostname === inspect.Id.slice(0, 12) ? 'its own id' : Config.Hostname;
  return {
    Config: { ...Config, Hostname },
    HostConfig: { ...HostConfig, Mounts: byTarget(declared, ({ Target }) => Target) },
    Mounts: mounts,
    Networks: Object.fromEntries(networks),
    Image,
    Name,
    Path,
    Args,
  };
}

/** Old id → new id of all that were made again. */
const standIns: Record<string, string> = {};

async function recreated(service: string): Promise<[ContainerInspect, ContainerInspect]> {
  const before = (await engine.inspect(await project.id(service)))!;
  await engine.remove(before.Id);
  const id = await engine.recreate(before, before.Image, standIns);
  standIns[before.Id] = id;
  await engine.start(id);
  return [before, (await engine.inspect(id))!];
}

describe('recreate', () => {
  it('makes a container that differs in nothing but what no two containers share', async () => {
    const id = await project.id('whole');
    await docker(['exec', id, 'sh', '-c', 'echo kept >/anonymous/file']);
    const [before, after] = await recreated('whole');
    expect(after.Id).not.toBe(before.Id);
    expect(essence(after)).toEqual(essence(before));
    expect(await docker(['exec', after.Id, 'cat', '/anonymous/file'])).toBe('kept');
  });

  it('gives Compose nothing to do, and the stand-in to those that joined', async () => {
    const [before, after] = await recreated('plain');
    expect(essence(after)).toEqual(essence(before));
    expect(after.Config.Hostname).toBe(after.Id.slice(0, 12));

    const [joinedBefore, joined] = await recreated('joined');
    expect(joined.HostConfig.NetworkMode).toBe(`container:${after.Id}`);
    expect(joined.HostConfig.PidMode).toBe(`container:${after.Id}`);
    const mounted = (container: ContainerInspect) =>
      container.Mounts.map(({ Name, Destination }) => [Destination, Name]).sort();
    expect(mounted(joined)).toEqual(mounted(joinedBefore));

    const ids = await Promise.all(['whole', 'plain'].map((service) => project.id(service)));
    await project.compose('up', '-d', '--no-build', '--pull', 'never', 'whole', 'plain');
    expect(await Promise.all(['whole', 'plain'].map((service) => project.id(service)))).toEqual(ids);
  });

  it('runs the image it is told to, although the reference names another one by now', async () => {
    const reference = `${project.name}:moved`;
    await docker(['tag', WEB, reference]);
    const id = await docker(['create', '--name', `${project.name}-moved`, '--network', 'none', reference]);
    const before = (await engine.inspect(id))!;
    await engine.tag((await engine.imageId('evenkeel-local/debian:bookworm'))!, reference);
    await engine.remove(id);
    const again = (await engine.inspect(await engine.recreate(before, before.Image)))!;
    expect(again.Image).toBe(before.Image);
    expect(again.Config.Image).toBe(before.Image);
    await engine.remove(again.Id);
    await engine.untag(reference);
  });

  it('makes it whole on an engine that takes one network at a time', async () => {
    const connection = connect({});
    const older: EngineConnection = {
      ...connection,
      ask: <T>(request: EngineRequest) =>
        request.path === '/version'
          ? Promise.resolve({ ApiVersion: '1.43' } as T)
          : connection.ask<T>({ ...request, path: `/v1.43${request.path}` }),
    };
    const before = (await engine.inspect(await project.id('whole')))!;
    await engine.remove(before.Id);
    const id = await recreates(older, engine).recreate(before, before.Image);
    standIns[before.Id] = id;
    await engine.start(id);
    expect(essence((await engine.inspect(id))!)).toEqual(essence(before));
  });

  it('keeps a container without an entrypoint without one, whatever its image has', async () => {
    const reference = `${project.name}:entrypoint`;
    await docker(['create', '--name', `${project.name}-source`, '--network', 'none', '--entrypoint', '/bin/echo', WEB]);
    await docker(['commit', `${project.name}-source`, reference]);
    await docker(['rm', `${project.name}-source`]);
    const name = `${project.name}-none`;
    const id = await docker([
      'create',
      '--name',
      name,
      '--network',
      'none',
      '--entrypoint',
      '',
      reference,
      '/bin/true',
    ]);
    const before = (await engine.inspect(id))!;
    await engine.remove(id);
    const after = (await engine.inspect(await engine.recreate(before, before.Image)))!;
    expect([after.Path, after.Args]).toEqual([before.Path, before.Args]);
    await engine.remove(after.Id);
    await engine.untag(reference);
  });
});
