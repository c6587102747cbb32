import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testEndpoints } from '../../activities/test-endpoints.js';
import type { Verdict } from '../../src/gates/verdict.js';
import type { ConfiguredEndpoint, ServiceSpec, StackSpec } from '../../src/spec/stack-spec.js';
import { writeFrozen } from '../../src/store/frozen.js';
import { stackFolder } from '../../src/store/layout.js';
import { docker, testProject, type TestProject } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { HostWorld, type Run } from '../support/host-world.js';

const SECRET = 'correct-horse-battery';
/** Not the project's name: a twin is judged under the name of its stack. */
const STACK = 'endpoints';
const FROZEN = { folder: 'frozen', hash: '' };
const COMMAND_500 = `read line; printf 'HTTP/1.1 500 Oops\\\\r\\\\nContent-Length: 0\\\\r\\\\n\\\\r\\\\n'; sleep 0.1`;
/** Serves, and takes every client away that it has. */
const NO_CLIENT =
  'mkdir -p /srv/web; echo ok >/srv/web/health; busybox httpd -p 8080 -h /srv/web; exec 9>/dev/null; sleep 600 & rm -f /usr/local/bin/* /bin/bash /bin/busybox; wait';

const YAML = `
x-web: &web { image: "evenkeel-test/web:1", stop_grace_period: 0s, restart: always }
x-probe: &probe { test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/health"], interval: 60s }
services:
  published: { <<: *web, ports: ["127.0.0.1::8080"] }
  probed: { <<: *web, healthcheck: *probe }
  internal: { <<: *web, networks: [inside] }
  solitary: { <<: *web, network_mode: none }
  joined: { <<: *web, network_mode: "service:probed", environment: { PORT: "8081" } }
  loopback: { <<: *web, healthcheck: *probe, environment: { PORT: "127.0.0.1:8080" } }
  pair: { <<: *web, scale: 2, ports: ["127.0.0.1::8080"] }
  squatter: { <<: *web, ports: ["127.0.0.1::8080"] }
  squatted: { <<: *web, environment: { UNHEALTHY: "1" } }
  guessed: { <<: *web, healthcheck: *probe, environment: { UNHEALTHY: "1" } }
  oops: { <<: *web, healthcheck: *probe, command: ["busybox", "nc", "-ll", "-p", "8080", "-e", "sh", "-c", "${COMMAND_500}"] }
  hangs: { <<: *web, ports: ["127.0.0.1::8080"], command: ["busybox", "nc", "-ll", "-p", "8080", "-e", "sleep", "60"] }
  deaf: { <<: *web, ports: ["127.0.0.1::8080"], command: ["sleep", "600"] }
  talks: { <<: *web, ports: ["127.0.0.1::8080"], command: ["busybox", "nc", "-ll", "-p", "8080", "-e", "cat"] }
  datagrams: { <<: *web, ports: ["127.0.0.1::9999/udp"] }
  clientless: { <<: *web, network_mode: none, command: ["sh", "-c", "${NO_CLIENT}"] }
  slow: { <<: *web, environment: { START_DELAY: "2" } }
  secretive: { <<: *web, healthcheck: { test: ["CMD-SHELL", "wget -qO- http://user:${SECRET}@localhost:8080/${SECRET}/x?token=hidden"], interval: 60s } }
  stopped: { <<: *web }
  none: { <<: *web, scale: 0 }
  once: { <<: *web, restart: "no", command: ["true"] }
networks: { inside: { internal: true } }
`;

const http = (path: string, more: object = {}): ConfiguredEndpoint => {
  return { kind: 'http', scheme: 'http', port: 8080, path, status: 200, timeoutMs: 1000, ...more };
};
const CONFIGURED: Record<string, ConfiguredEndpoint[]> = {
  internal: [http('/health')],
  solitary: [http('/health'), { kind: 'tcp', port: 8080, timeoutMs: 1000 }],
  joined: [http('/version', { port: 8081 })],
  pair: [http('/health')],
  squatted: [http('/health')],
  hangs: [http('/health')],
  clientless: [http('/health')],
  slow: [http('/health')],
};

let host: HostWorld;
let project: TestProject;
let run: Run;

beforeAll(async () => {
  host = await HostWorld.make();
  project = await testProject('endpoints', YAML);
  await project.compose('up', '-d');
  run = await host.run(STACK);
  const names = (await project.compose('config', '--services')).split('\n');
  const services = names.map((name): [string, Partial<ServiceSpec>] => {
    const restart = name === 'once' ? 'no' : 'always';
    const endpoints = CONFIGURED[name];
    const known = { name, restart, scale: name === 'none' ? 0 : 1, healthcheck: 'inherit' as const };
    return [name, { ...known, ports: [], dependsOn: [], ...(endpoints ? { endpoints } : {}) }];
  });
  await writeFrozen(path.join(stackFolder(host.world.layout, STACK), FROZEN.folder), {
    yaml: '',
    spec: { project: project.name, services: Object.fromEntries(services) } as unknown as StackSpec,
    directory: project.folder,
    secrets: {},
    secretValues: [SECRET],
  });
  await project.compose('stop', 'stopped');
}, 120_000);

afterAll(async () => {
  await project.remove();
  await host.remove();
}, 60_000);

const tested = (service: string): Promise<Verdict> => run.take(testEndpoints, { frozen: FROZEN, service });

describe('a service that answers', () => {
  it.each([
    ['published', /^tcp:\/\/published:8080 takes connections in .* \(published at 127\.0\.0\.1:\d+\)$/],
    ['probed', /^http:\/\/probed:8080\/health answers with 200 in .* \(at 1.*:8080\)$/],
    ['internal', /^http:\/\/internal:8080\/health answers with 200 in .* \(at 1.*:8080\)$/],
    ['joined', /^http:\/\/joined:8081\/version answers with 200 in .* \(at 1.*:8081\)$/],
    ['loopback', /^http:\/\/loopback:8080\/health answers with 200 in .* \(by wget within the container\)$/],
    ['solitary', /\/health answers with 200 .*\(by wget within.*; tcp:\/\/solitary:8080 .*\(by bash within/],
    ['guessed', /answers with 404 in .*, which is an answer$/],
    ['talks', /^tcp:\/\/talks:8080 takes connections in .*published/],
    ['slow', /^http:\/\/slow:8080\/health answers with 200/],
    ['datagrams', /^it has no endpoints to test$/],
    ['none', /^scaled to 0/],
    ['once', /^it is meant to end/],
  ])(
    '%s passes',
    async (service, reason) => {
      await eventually('a one-shot has ended', async () => {
        return (await docker(['inspect', '-f', '{{.State.Status}}', await project.id('once')])) === 'exited';
      });
      expect(await tested(service)).toMatchObject({ verdict: 'pass', service, reason: expect.stringMatching(reason) });
    },
    30_000,
  );
});

describe('a service that does not', () => {
  it('fails where its own container misses the page, whoever else serves it on a host port', async () => {
    const squatter = await project.compose('port', 'squatter', '8080');
    await eventually('the other one answers', async () => (await fetch(`http://${squatter}/health`)).ok);
    expect(await tested('squatted')).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/\/health answers with 404 in .* \(at 1.*:8080\), not with 200$/),
    });
  }, 30_000);

  it.each([
    ['oops', /answers with 500/],
    ['hangs', /^http:\/\/hangs:8080\/health did not answer within 1 s \(published at/],
    ['deaf', /^tcp:\/\/deaf:8080 .*closed the connection.*\(published at/],
    ['stopped', /^its container is exited$/],
  ])(
    '%s fails',
    async (service, reason) => {
      expect(await tested(service)).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(reason) });
    },
    30_000,
  );

  it('fails where one of two containers does not, and names it', async () => {
    expect(await tested('pair')).toMatchObject({ verdict: 'pass' });
    const [first] = (await project.compose('ps', '-q', 'pair')).split('\n');
    const name = (await docker(['inspect', '-f', '{{.Name}}', first!])).slice(1);
    await docker(['exec', first!, 'rm', '/srv/web/health']);
    const { verdict, reason } = await tested('pair');
    expect(verdict).toBe('fail');
    expect(reason).toMatch(new RegExp(`^${name}: http://pair:8080/health answers with 404`));
  }, 30_000);
});

it('cannot tell where no address leads to it and its image has no client', async () => {
  expect(await tested('clientless')).toMatchObject({
    verdict: 'inconclusive',
    reason: expect.stringMatching(/could not be reached: it has no address .* no client/),
  });
});

it('shows neither secrets nor queries', async () => {
  const { verdict, reason } = await tested('secretive');
  expect(verdict).toBe('pass');
  expect(reason).toMatch(/^http:\/\/secretive:8080\/\[redacted\]\/x\?… answers with 404/);
});
