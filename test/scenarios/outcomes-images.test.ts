import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { oneHost } from '../support/one-host.js';
import { makingsOf, standingOf } from '../support/standing.js';
import type { TestStack } from '../support/test-stack.js';

const host = oneHost();
let stack: TestStack;

describe('images', () => {
  it('a stack that is built: docker compose up creates nothing after it, and a build that fails touches nothing', async () => {
    stack = await host.make('built', { '.env': 'RELEASE=1\nWEB_RELEASE=1\n' });
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'] } });
    const first = await standingOf(stack);
    await stack.compose('up', '-d');
    expect(await standingOf(stack)).toEqual(first);

    // The image of api is built, and takes its name; then that of web is not.
    await stack.write('.env', 'RELEASE=2\nWEB_RELEASE=broken-2\n');
    const end = await stack.deploy();
    expect(end).toMatchObject({
      status: 'failed',
      type: 'rejected',
      result: { touched: [], leftovers: [], failure: { phase: 'build', service: 'web' } },
    });
    expect(end.result?.failure?.excerpt?.join('\n')).toContain('release broken-2 does not compile');
    expect(await standingOf(stack)).toEqual(first);
    expect(await stack.version('api')).toBe('1');
  }, 120_000);

  it('a first build that fails leaves no container and no tag', async () => {
    stack = await host.make('built', { '.env': 'RELEASE=1\nWEB_RELEASE=broken\n' });
    const before = await standingOf(stack);
    expect(await stack.deploy()).toMatchObject({ type: 'rejected', result: { failure: { service: 'web' } } });
    expect(await standingOf(stack)).toEqual(before);
    expect(before.containers).toEqual([]);
  }, 120_000);

  it('a pull that fails touches nothing, not even a service that needs no pull', async () => {
    stack = await host.make('pulled');
    await stack.deploy();
    const before = await standingOf(stack);
    const registry = await emptyRegistry();
    try {
      const { port } = registry.address() as AddressInfo;
      await stack.write('.env', `IMAGE=127.0.0.1:${port}/nobody/nothing:2\nVERSION=2\n`);
      const end = await stack.deploy();
      expect(end).toMatchObject({
        status: 'failed',
        type: 'rejected',
        result: { touched: [], failure: { phase: 'build', service: 'web' } },
      });
      expect(end.result?.failure?.excerpt?.join('\n')).toContain('manifest unknown');
    } finally {
      registry.close();
      registry.closeAllConnections();
    }
    expect(await standingOf(stack)).toEqual(before);
    expect(await stack.version('web')).toBe('1');
  }, 120_000);

  it('a new image replaces every service that shares it, and comes off every one of them', async () => {
    stack = await host.make('shared', { '.env': 'RELEASE=1\n' });
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });

    await stack.write('.env', 'RELEASE=2\n');
    const asked = await stack.deploy({ services: ['api'] });
    expect(asked).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'worker'] } });
    expect([await stack.version('api'), await stack.version('worker')]).toEqual(['2', '2']);

    const before = await makingsOf(stack);
    await stack.write('.env', 'RELEASE=3\nWORKER_EXIT_CODE=3\n');
    expect(await stack.deploy()).toMatchObject({ type: 'rolled-back', result: { failure: { service: 'worker' } } });
    expect(await makingsOf(stack)).toEqual(before);
    expect([await stack.version('api'), await stack.version('worker')]).toEqual(['2', '2']);
  }, 120_000);

  it('first contact with a stack whose image a person has built anew: each keeps its own', async () => {
    stack = await host.make('built', { '.env': 'RELEASE=1\n' });
    await stack.compose('up', '-d', '--build', '--wait');
    await stack.write('.env', 'RELEASE=2\nAPI_EXIT_CODE=3\n');
    await stack.compose('build', 'api');
    const before = await makingsOf(stack);

    expect(await stack.deploy()).toMatchObject({ type: 'rolled-back', result: { failure: { service: 'api' } } });
    expect(await makingsOf(stack)).toEqual(before);
    expect(await stack.version('api')).toBe('1');

    await stack.write('.env', 'RELEASE=2\n');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['api'] } });
    expect(await stack.version('api')).toBe('2');
  }, 120_000);
});

/** A registry that answers, and has no image at all. */
async function emptyRegistry(): Promise<Server> {
  const server = createServer(({ url }, response) => {
    const known = url === '/v2/';
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(known ? '{}' : '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
