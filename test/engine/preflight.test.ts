import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CHECKS, type Premises } from '../../activities/preflight-checks.js';
import type { World } from '../../activities/world.js';
import { dockerodeEngine } from '../../src/docker/dockerode-engine.js';
import type { Finding } from '../../src/spec/finding.js';
import type { ServiceSpec } from '../../src/spec/stack-spec.js';
import type { Frozen } from '../../src/store/frozen.js';
import { docker } from '../support/docker-cli.js';
import { network, service, stack } from '../unit/plan/stack.js';

const WEB = 'evenkeel-test/web:1';
const PROJECT = `ek-test-preflight-${process.pid}`;
const STRANGER = `${PROJECT}-api-1`;
const engine = dockerodeEngine({});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), `${PROJECT}-`));
});
afterEach(async () => {
  await docker(['rm', '-f', '-v', STRANGER]).catch(() => undefined);
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs one check on a stack that exists only on paper. */
async function look(
  check: string,
  services: ServiceSpec[],
  special: Parameters<typeof stack>[1] = {},
): Promise<Finding[]> {
  const spec = stack(services, {
    project: PROJECT,
    networks: { default: network({ name: `${PROJECT}_default` }) },
    ...special,
  });
  const premises: Premises = {
    world: { engine, env: {} } as World,
    engine: await engine.info(),
    frozen: { folder, composeFile: path.join(folder, 'compose.yaml'), directory: folder, spec } as Frozen,
    deployed: services.map(({ name }) => name),
    builds: 1,
    env: { PATH: process.env['PATH']!, HOME: os.homedir() },
  };
  return CHECKS[check]!(premises);
}

/** A container under the name that Compose would give to `api`, made by somebody else. */
async function runStranger(...options: string[]): Promise<void> {
  await docker(['run', '-d', '--name', STRANGER, ...options, WEB]);
}

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

/** A port that nothing holds at the moment. */
async function freePort(): Promise<number> {
  const { server, port } = await listen();
  server.close();
  await once(server, 'close');
  return port;
}

function publishing(hostPort: number): ServiceSpec {
  return service('api', { ports: [{ hostIp: '127.0.0.1', hostPort, containerPort: 8080, protocol: 'tcp' }] });
}

describe('preflight on a real engine', () => {
  it('finds Docker good enough, with room to build', async () => {
    expect(await look('the versions of Docker', [])).toEqual([]);
    expect(await look('disk space', [])).toEqual([]);
    expect((await look('memory', [])).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it("finds a port that a stranger's container holds, and leaves the container alone", async () => {
    const port = await freePort();
    expect(await look('host ports', [publishing(port)])).toEqual([]);
    await runStranger('-p', `127.0.0.1:${port}:8080`);
    expect(await look('host ports', [publishing(port)])).toMatchObject([
      { rule: 'port-taken', severity: 'error', service: 'api', message: expect.stringContaining(STRANGER) },
    ]);
    expect(await docker(['inspect', '-f', '{{.State.Status}}', STRANGER])).toBe('running');
  });

  it('finds a port that a program outside Docker holds', async () => {
    const { server, port } = await listen();
    try {
      expect(await look('host ports', [publishing(port)])).toMatchObject([
        { rule: 'port-taken', message: expect.stringContaining('outside Docker') },
      ]);
    } finally {
      server.close();
    }
  });

  it('finds a name that a stranger has, but not one that only begins like an id', async () => {
    expect(await look('container names', [service('api')])).toEqual([]);
    await runStranger();
    expect(await look('container names', [service('api')])).toMatchObject([
      { rule: 'name-taken', severity: 'error', service: 'api' },
    ]);
    const id = await docker(['inspect', '-f', '{{.Id}}', STRANGER]);
    expect(await look('container names', [service('web', { containerName: id.slice(0, 12) })])).toEqual([]);
  });

  it('finds that an external network and volume are missing', async () => {
    const missing = { name: `${PROJECT}-missing`, external: true, driverOptions: {} };
    const findings = await look('networks and volumes', [service('api', { volumes: ['data'] })], {
      networks: { default: network({ name: `${PROJECT}-missing`, external: true }) },
      volumes: { data: missing },
    });
    expect(findings.map(({ rule }) => rule)).toEqual(['network-missing', 'volume-missing']);
  });

  it('finds another project that was deployed from the same directory', async () => {
    await runStranger(
      '--label',
      `com.docker.compose.project.working_dir=${folder}`,
      '--label',
      'com.docker.compose.project=ek-test-old',
    );
    expect(await look('other projects of the directory', [])).toMatchObject([
      {
        rule: 'project-renamed',
        severity: 'warning',
        message: expect.stringContaining('ek-test-old has been deployed from'),
      },
    ]);
  });

  it('finds a bound file that is not there', async () => {
    const missing = path.join(folder, 'missing.conf');
    const mount = { type: 'bind', source: missing, target: '/etc/web.conf', bind: { create_host_path: true } };
    await writeFile(path.join(folder, 'compose.yaml'), JSON.stringify({ services: { api: { volumes: [mount] } } }));
    expect(await look('bound paths', [service('api')])).toMatchObject([
      { rule: 'bind-source-missing', service: 'api' },
    ]);
    await writeFile(missing, '');
    expect(await look('bound paths', [service('api')])).toEqual([]);
  });
});
