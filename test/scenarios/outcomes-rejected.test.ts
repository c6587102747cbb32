import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { oneHost } from '../support/one-host.js';
import { standingOf, type Standing } from '../support/standing.js';
import type { TestStack } from '../support/test-stack.js';

const host = oneHost();
const strangers: Server[] = [];

afterEach(async () => {
  for (const stranger of strangers.splice(0)) await close(stranger);
});

/** A stack that serves version 1. */
async function serving(fixture: string, env = ''): Promise<{ stack: TestStack; before: Standing }> {
  const stack = await host.make(fixture, { '.env': `VERSION=1\n${env}` });
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
  return { stack, before: await standingOf(stack) };
}

/** Deploys, and expects a rejection that left everything as it was. Gives what it said. */
async function rejected(stack: TestStack, before: Standing): Promise<string> {
  const end = await stack.deploy();
  expect(end).toMatchObject({
    status: 'failed',
    type: 'rejected',
    result: { touched: [], restored: [], leftovers: [] },
  });
  expect(await standingOf(stack)).toEqual(before);
  return end.result!.failure!.message;
}

describe('rejected, with nothing touched', () => {
  it('a network whose definition changed, with the way out', async () => {
    const { stack, before } = await serving('networked');
    await stack.write('.env', 'VERSION=2\nINTERNAL=true\n');
    const said = await rejected(stack, before);
    expect(said).toContain('internal: false → true');
    expect(said).toContain(`docker compose -p ${stack.name} down`);
  }, 120_000);

  it('services that depend on each other in a circle', async () => {
    const { stack, before } = await serving('pair');
    await stack.write('.env', 'VERSION=2\n');
    await stack.edit('compose.yaml', (yaml) => yaml.replace('  web:\n', '    depends_on: [web]\n  web:\n'));
    expect(await rejected(stack, before)).toMatch(/cycle.*(api|web)/);
  }, 120_000);

  it('required variables that are missing, all of them with their places', async () => {
    const { stack, before } = await serving('required', 'TOKEN=x\nREALM=y\n');
    await stack.write('.env', 'VERSION=2\n');
    const said = await rejected(stack, before);
    expect(said).toMatch(/^compose\.yaml:6:\d+.*TOKEN.*a token of the mail service/m);
    expect(said).toMatch(/^compose\.yaml:7:\d+.*REALM/m);
  }, 120_000);

  it('an unknown key of x-evenkeel, at its place and with the nearest; validate ends with 2 for it', async () => {
    const { stack, before } = await serving('pair');
    await stack.edit('compose.yaml', (yaml) => yaml.replace('stable_for', 'stable_form'));
    await stack.write('.env', 'VERSION=2\n');
    const lines = (await yamlOf(stack)).split('\n');
    const line = lines.findIndex((text) => text.includes('stable_form'));
    const place = { file: 'compose.yaml', line: line + 1, column: lines[line]!.indexOf('stable_form') + 1 };

    const said = await rejected(stack, before);
    expect(said).toContain(`compose.yaml:${place.line}:${place.column}`);
    expect(said).toMatch(/stable_form.*stable_for\b/);

    const validated = await host.world.evenkeel(['--json', 'validate'], { cwd: stack.directory });
    expect(validated.exitCode).toBe(2);
    expect(JSON.parse(validated.stdout)).toMatchObject({
      valid: false,
      findings: [{ rule: 'unknown-key', severity: 'error', place }],
    });
  }, 120_000);

  it('a port that a container of another project, or any other program, holds', async () => {
    const stranger = await listening();
    const held = (stranger.address() as AddressInfo).port;
    const free = await freePort();
    const { stack, before } = await serving('published', `PUBLISHED_PORT=${free}\n`);
    await stack.write('.env', `VERSION=2\nPUBLISHED_PORT=${held}\n`);
    expect(await rejected(stack, before)).toContain(String(held));
    await close(stranger);

    const other = await host.unregistered('published', { '.env': `PUBLISHED_PORT=${held}\n` });
    await other.compose('up', '-d');
    const holder = await other.ids();
    expect(await rejected(stack, before)).toContain(`${other.name}-web-1`);
    expect(await other.ids()).toEqual(holder);

    await other.compose('down', '-t', '0');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['web'] } });
    const answer = await fetch(`http://127.0.0.1:${held}/version`);
    expect((await answer.text()).trim()).toBe('2');
  }, 120_000);
});

async function yamlOf(stack: TestStack): Promise<string> {
  let yaml = '';
  await stack.edit('compose.yaml', (content) => (yaml = content));
  return yaml;
}

async function listening(): Promise<Server> {
  const server = createServer((socket) => socket.end());
  strangers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}

async function freePort(): Promise<number> {
  const server = await listening();
  const { port } = server.address() as AddressInfo;
  await close(server);
  return port;
}
