import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeEngine } from '../../../scripts/bench/fake-engine.js';
import { dockerodeEngine } from '../../../src/docker/dockerode-engine.js';
import { EngineRefused, type Engine } from '../../../src/docker/engine.js';

let folder: string;
let fake: FakeEngine;
let engine: Engine;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-fake-'));
  fake = await FakeEngine.start(path.join(folder, 'docker.sock'));
  for (const name of ['shop', 'notes']) {
    fake.add({ name, directory: `/srv/${name}`, composeFile: `/srv/${name}/compose.yaml`, webPort: fake.webPort });
  }
  engine = dockerodeEngine({ DOCKER_HOST: fake.address });
});
afterEach(async () => {
  await fake.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the engine of the bench', () => {
  it('has the containers of the stacks that it was given, all well', async () => {
    expect((await engine.projects()).map(({ name }) => name).sort()).toEqual(['notes', 'shop']);
    expect(await engine.containers('shop')).toMatchObject([
      { name: 'shop-cache-1', service: 'cache', state: 'running', health: 'healthy', restartCount: 0 },
      { name: 'shop-web-1', service: 'web', state: 'running', health: 'healthy', restartCount: 0 },
    ]);
    expect(await engine.containers('shop', 'web')).toHaveLength(1);
    expect(await engine.inspect('gone')).toBeUndefined();
  });

  it('runs commands as a container would that is well, and refuses what no look asks', async () => {
    const [cache] = await engine.containers('shop', 'cache');
    const end = await engine.exec(cache!.id, ['redis-cli', 'ping'], { timeoutMs: 5000 });
    expect(end).toMatchObject({ exitCode: 0, timedOut: false, output: 'ok\n' });
    await expect(engine.stop(cache!.id)).rejects.toThrow(EngineRefused);
  });
});
