import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EngineAway } from '../../../../src/docker/engine.js';
import { addStack } from '../../../../src/store/registry.js';
import { serveHealth } from '../../../../src/worker/health/health-server.js';
import { RunCounts } from '../../../../src/worker/health/metrics.js';
import { eventually } from '../../../support/eventually.js';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ek-health-'));
  const entry = { name: 'shop', directory: home, files: [], envFiles: [], profiles: [], capturedEnv: [], addedAt: '' };
  await addStack({ home, lockDir: home }, entry, {});
});
afterAll(async () => rm(home, { recursive: true, force: true }));

describe('serveHealth', () => {
  it('waits for its port, answers what it knows, and refuses the rest', async () => {
    const other = createServer((_, response) => response.end('other')).listen(0, '127.0.0.1');
    await eventually('the port is taken', () => other.listening);
    const { port } = other.address() as AddressInfo;
    const said: string[] = [];
    const away = async (): Promise<never> => {
      throw new EngineAway('Docker does not answer');
    };
    const health = serveHealth(
      port,
      { layout: { home, lockDir: home }, engine: { containers: away, inspect: away }, runs: new RunCounts() },
      (words) => said.push(words),
    );
    try {
      await eventually('it says that the port is taken', () => said.length === 1);
      other.close();
      other.closeAllConnections();
      const status = async (url: string, method = 'GET'): Promise<number> =>
        (await fetch(`http://127.0.0.1:${port}${url}`, { method })).status;
      await eventually('it has the port', async () => (await status('/metrics').catch(() => 0)) === 200);
      expect([
        await status('/stacks/shop/health'),
        await status('/stacks/shop/health/liveness'),
        await status('/stacks/shop/health/other'),
        await status('/stacks/other/health'),
        await status('/stacks/..%2F..%2Fetc/health'),
        await status('/stacks/shop/health', 'POST'),
      ]).toEqual([503, 503, 404, 404, 404, 405]);
    } finally {
      health.close();
    }
  }, 30_000);
});
