import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { isRefused } from '../../../src/client/is-refused.js';

it('is so where nobody listens, and not where somebody does', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await isRefused(`127.0.0.1:${port}`)).toBe(false);
  server.close();
  await once(server, 'close');
  expect(await isRefused(`127.0.0.1:${port}`)).toBe(true);
  expect(await isRefused(`localhost:${port}`)).toBe(true);
});

it('is not said of another machine, which a proxy may lead to', async () => {
  expect(await isRefused('temporal.invalid:1')).toBe(false);
});
