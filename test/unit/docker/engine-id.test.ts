import { afterEach, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import type { EngineLine } from '../../../src/docker/dockerode-connection.js';
import { dockerodeEngine } from '../../../src/docker/dockerode-engine.js';
import { looks } from '../../../src/docker/dockerode-observe.js';

afterEach(() => {
  jest.useRealTimers();
});

it('is asked for once in ten seconds, and another engine is seen then', async () => {
  jest.useFakeTimers();
  let ID = 'first';
  const asked: string[] = [];
  const ask = async ({ path }: { path: string }) => {
    asked.push(path);
    return { ID };
  };
  const { id } = looks({ ask, timesAway: () => 0 } as unknown as EngineLine);

  expect([await id(), await id()]).toEqual(['first', 'first']);
  ID = 'second';
  jest.advanceTimersByTime(9_000);
  expect(await id()).toBe('first');
  expect(asked).toEqual(['/info']);
  jest.advanceTimersByTime(1_001);
  expect(await id()).toBe('second');
});

it('is asked for again after an engine that was away', async () => {
  const answers = [() => Promise.reject(new Error('away')), async () => ({ ID: 'here' })];
  const { id } = looks({ ask: () => answers.shift()!(), timesAway: () => 0 } as unknown as EngineLine);
  await expect(id()).rejects.toThrow('away');
  expect(await id()).toBe('here');
});

it('is forgotten when any request has found nobody: what answers next may be another engine', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-id-'));
  const socketPath = path.join(folder, 'docker.sock');
  const listens = async (ID: string): Promise<http.Server> => {
    const server = http.createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', Connection: 'close' }).end(JSON.stringify({ ID }));
    });
    await once(server.unref().listen(socketPath), 'listening');
    return server;
  };
  const leaves = async (server: http.Server): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };

  const engine = dockerodeEngine({ DOCKER_HOST: `unix://${socketPath}` });
  const first = await listens('first');
  expect(await engine.id()).toBe('first');
  await leaves(first);
  await expect(engine.inspect('web')).rejects.toThrow('does not answer');
  const second = await listens('second');
  expect(await engine.id()).toBe('second');
  await leaves(second);
  await rm(folder, { recursive: true });
});
