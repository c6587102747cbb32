import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startOnTwin } from '../../activities/start-on-twin.js';
import { redis } from '../../src/backup/redis.js';
import { volume } from '../../src/backup/volume.js';
import type { StoreRef } from '../../src/spec/backup.js';
import { docker } from '../support/docker-cli.js';
import { NO_TWIN, TwinStack } from '../support/twin-stack.js';

const WEB = 'evenkeel-test/web:1';

jest.setTimeout(120_000);

let stack: TwinStack;
afterEach(() => stack.remove());

describe('the other kinds of stores', () => {
  it('are raised as well', async () => {
    const text = (version: number) => `
services:
  cache: { image: "evenkeel-local/redis:7", volumes: [ "keys:/data" ], stop_grace_period: 0s }
  files:
    image: ${WEB}
    environment: { VERSION: "${version}" }
    volumes: [ "uploads:/uploads", "./bound:/bound", "settings:/etc/cron.daily" ]
    depends_on: [ cache ]
    stop_grace_period: 0s
volumes: { keys: {}, uploads: {}, settings: {} }
`;
    stack = await TwinStack.make(text);
    await docker(['exec', await stack.project.id('cache'), 'redis-cli', 'set', 'a', '1']);
    for (const place of ['/uploads', '/bound']) {
      await docker(['exec', await stack.project.id('files'), 'sh', '-c', `mkdir ${place}/d; echo x >${place}/d/f`]);
    }
    // The image has files there, which a fresh volume gets from it.
    await docker([
      'exec',
      await stack.project.id('files'),
      'sh',
      '-c',
      'rm /etc/cron.daily/*; echo x >/etc/cron.daily/own',
    ]);
    const stores: StoreRef[] = [
      {
        ...{ id: 'volume-settings', type: 'volume', service: 'files', target: '/etc/cron.daily' },
        volume: `${stack.project.name}_settings`,
      },
      { id: 'redis-cache', type: 'redis', service: 'cache' },
      {
        id: 'volume-uploads',
        type: 'volume',
        service: 'files',
        volume: `${stack.project.name}_uploads`,
        target: '/uploads',
      },
      { id: 'volume-bound', type: 'volume', service: 'files', target: '/bound' },
    ];
    const twin = await stack.twin(stores);
    expect(twin.facts.lacks).toEqual({});
    for (const store of stores) {
      const kind = store.type === 'redis' ? redis : volume;
      const proof = await stack.raise(twin, kind, await stack.dumped(store, kind));
      expect(proof).toMatchObject({ store: store.id, proven: true });
    }
    await stack.run.take(startOnTwin, { twin, services: ['cache'] });
    await stack.run.take(startOnTwin, { twin, services: ['files'] });
    expect(await docker(['exec', await stack.onTwin(twin, 'cache'), 'redis-cli', 'get', 'a'])).toBe('1');
    for (const place of ['/uploads', '/bound']) {
      expect(await docker(['exec', await stack.onTwin(twin, 'files'), 'cat', `${place}/d/f`])).toBe('x');
    }
    await stack.takeDown(twin);
    expect(await stack.twinThings()).toEqual(NO_TWIN);
    expect(await readFile(path.join(stack.project.folder, 'bound', 'd', 'f'), 'utf8')).toBe('x\n');
  });
});
