import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { firstFoundByHand, foundByHand } from '../../../activities/found-by-hand.js';
import { restService } from '../../../activities/rest-service.js';
import type { World } from '../../../activities/world.js';
import { takeEpoch } from '../../../src/store/epoch.js';

/** What there is of each service. */
let now: Record<string, string[]>;
let stopped: string[];
let folder: string;
let world: World;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-found-'));
  now = { db: ['old'], api: ['strange'] };
  stopped = [];
  const describe = async () => ({ status: { name: 'RUNNING' }, runId: 'run', raw: {} });
  world = {
    layout: { home: path.join(folder, 'state'), lockDir: path.join(folder, 'locks') },
    engine: {
      id: async () => 'engine',
      containers: async (_: string, service: string) =>
        now[service]!.map((id) => ({ id, name: id, service, number: 1 })),
      stop: async (id: string) => void stopped.push(id),
    },
    temporal: { workflow: { getHandle: () => ({ describe }) } },
  } as unknown as World;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const FOUND = { containers: ['strange'], untouched: true, changedByHand: ['strange (strange) is new', 'old is gone'] };
const nobodys = async (): Promise<boolean> => false;

describe('what somebody has changed by hand', () => {
  it('is a container that the plan has not seen, and the step has not made', async () => {
    const of = (service: string, isOurs = nobodys) =>
      foundByHand(world, { stack: 'shop', service, seen: ['old'] }, isOurs);
    expect(await of('db')).toBeUndefined();
    expect(await of('api')).toEqual(FOUND);
    expect(await of('api', async () => true)).toBeUndefined();
  });

  it('is told with its service where several rest', async () => {
    expect(await firstFoundByHand(world, 'shop', { db: ['old'], api: ['old'] })).toEqual({ ...FOUND, service: 'api' });
    expect(await firstFoundByHand(world, 'shop', { db: ['old'], api: ['strange'] })).toBeUndefined();
  });

  it.each([
    ['is not stopped', 'api', ['old'], { ...FOUND, service: 'api' }, []],
    ['is stopped once people have seen it', 'api', ['strange'], undefined, ['strange']],
    ['is stopped on the way back, which asks nothing', 'api', undefined, undefined, ['strange']],
    ['leaves others to be stopped', 'db', ['old'], undefined, ['old']],
  ] as const)('%s', async (_, service, seen, found, gone) => {
    const run = { workflowId: 'restore', runId: 'run' };
    const { epoch } = await takeEpoch(world.layout, 'shop', run, new Date());
    const environment = new MockActivityEnvironment({ workflowExecution: run }, { logger: new DefaultLogger('ERROR') });
    const args = { stack: 'shop', epoch, service, ...(seen ? { seen: { [service]: [...seen] } } : {}) };
    expect(await environment.run(restService(world), args)).toEqual(found);
    expect(stopped).toEqual(gone);
  });
});
