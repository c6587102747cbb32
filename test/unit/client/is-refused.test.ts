import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { isRefused, loopback } from '../../../src/client/is-refused.js';

it('is so where nobody listens, and not where somebody does', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // The port that a client speaks from is nobody else's, and nobody listens there.
  const client = connect({ port, host: '127.0.0.1' });
  await once(client, 'connect');
  const taken = client.localPort!;
  expect(await isRefused(`127.0.0.1:${port}`)).toBe(false);
  expect(await isRefused(`127.0.0.1:${taken}`)).toBe(true);
  expect(await isRefused(`localhost:${taken}`)).toBe(true);
  client.destroy();
  server.close();
});

it('is not said of another machine, which a proxy may lead to', async () => {
  expect(await isRefused('temporal.invalid:1')).toBe(false);
});

it('asks at the port that Temporal is meant to have where an address names none', () => {
  expect(loopback('127.0.0.1')).toEqual({ host: '127.0.0.1', port: 7233 });
  expect(loopback('localhost')).toEqual({ host: 'localhost', port: 7233 });
  expect(loopback('[::1]')).toEqual({ host: '::1', port: 7233 });
  expect(loopback('[::1]:7701')).toEqual({ host: '::1', port: 7701 });
});

it.each(['localhost:abc', 'localhost:99999', '127.0.0.1:', 'my host', '', 'localhost:1/x'])(
  'leaves what is no address, such as "%s", to the client to refuse',
  async (address) => {
    expect(await isRefused(address)).toBe(false);
  },
);
