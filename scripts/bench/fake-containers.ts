import { createHash } from 'node:crypto';
import type { ContainerInspect } from '../../src/docker/engine.js';

/** Where the containers of a canned stack answer: addresses of this machine's loopback, so that a socket can be opened to them. */
export const WEB_ADDRESS = '127.0.0.1';
export const CACHE_ADDRESS = '127.0.0.2';
export const CACHE_PORT = 6379;

/** How long ago Docker has looked at a container for the last time, and when that was started. */
const PROBED_AGO_MS = 5000;
const UP_FOR_MS = 3_600_000;

/** A stack whose containers are told to be there. */
export interface FakeStack {
  name: string;
  directory: string;
  /** What the label says that they were created from. */
  composeFile: string;
  /** The port that the web service listens on. */
  webPort: number;
}

/** The Compose file of such a stack: a web service that stands on a Redis, both with a healthcheck. */
export function fakeComposeFile({ name, webPort }: Pick<FakeStack, 'name' | 'webPort'>): string {
  return [
    `name: ${name}`,
    'services:',
    '  cache:',
    '    image: redis:7',
    '    healthcheck: { test: [CMD, redis-cli, ping], interval: 30s, timeout: 5s, retries: 3 }',
    '    restart: unless-stopped',
    '  web:',
    '    image: shop/web:1',
    `    environment: { SESSION_KEY: ${secretOf(name)} }`,
    '    depends_on: { cache: { condition: service_healthy } }',
    `    healthcheck: { test: [CMD, wget, -qO-, "http://127.0.0.1:${webPort}/health"], interval: 30s, timeout: 5s, retries: 3 }`,
    '    restart: unless-stopped',
    '',
  ].join('\n');
}

/** What no text may hold. */
export function secretOf(name: string): string {
  return hash(`secret of ${name}`).slice(0, 40);
}

/** `docker inspect` of the containers of such a stack, as of now. */
export function fakeContainers(stack: FakeStack): ContainerInspect[] {
  return [
    inspectOf(stack, {
      service: 'cache',
      image: 'redis:7',
      dependsOn: '',
      environment: ['REDIS_VERSION=7.4.1', 'GOSU_VERSION=1.17'],
      command: ['docker-entrypoint.sh', 'redis-server'],
      test: ['CMD', 'redis-cli', 'ping'],
      address: CACHE_ADDRESS,
      port: CACHE_PORT,
    }),
    inspectOf(stack, {
      service: 'web',
      image: 'shop/web:1',
      dependsOn: 'cache:service_healthy:false',
      environment: [`SESSION_KEY=${secretOf(stack.name)}`, 'NODE_VERSION=20.19.0'],
      command: ['node', 'server.js'],
      test: ['CMD', 'wget', '-qO-', `http://127.0.0.1:${stack.webPort}/health`],
      address: WEB_ADDRESS,
      port: stack.webPort,
    }),
  ];
}

interface Canned {
  service: string;
  image: string;
  dependsOn: string;
  environment: string[];
  command: string[];
  test: string[];
  address: string;
  port: number;
}

function inspectOf(stack: FakeStack, canned: Canned): ContainerInspect {
  const { name, directory, composeFile } = stack;
  const { service, image, dependsOn, environment, command, test, address, port } = canned;
  const now = Date.now();
  const at = (agoMs: number): string => new Date(now - agoMs).toISOString();
  const network = `${name}_default`;
  const labels = {
    project: name,
    service,
    oneoff: 'False',
    'container-number': '1',
    'config-hash': hash(`configuration of ${service}`),
    'project.working_dir': directory,
    'project.config_files': composeFile,
    depends_on: dependsOn,
    version: '2.26.1',
  };
  const probe = { Start: at(PROBED_AGO_MS + 50), End: at(PROBED_AGO_MS), ExitCode: 0, Output: 'ok' };
  const inspect = {
    Id: hash(`${name} ${service}`),
    Name: `/${name}-${service}-1`,
    Created: at(UP_FOR_MS + 500),
    Image: `sha256:${hash(image)}`,
    RestartCount: 0,
    State: {
      ...{ Status: 'running', Running: true, Paused: false, Restarting: false, OOMKilled: false, Dead: false },
      ...{ Pid: 4242, ExitCode: 0, Error: '', StartedAt: at(UP_FOR_MS), FinishedAt: '0001-01-01T00:00:00Z' },
      Health: { Status: 'healthy', FailingStreak: 0, Log: [probe] },
    },
    Config: {
      ...{ Hostname: hash(service).slice(0, 12), Image: image, Env: environment, Cmd: command, Entrypoint: null },
      WorkingDir: '/app',
      Labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [`com.docker.compose.${key}`, value])),
      Healthcheck: { Test: test, Interval: 30e9, Timeout: 5e9, Retries: 3 },
      ExposedPorts: { [`${port}/tcp`]: {} },
    },
    HostConfig: { NetworkMode: network, RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 } },
    Mounts: [],
    NetworkSettings: { Ports: {}, Networks: { [network]: { IPAddress: address, GlobalIPv6Address: '' } } },
  };
  return inspect as unknown as ContainerInspect;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
