import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { replaceService } from '../../../activities/replace-service.js';
import type { World } from '../../../activities/world.js';
import { acquireHostLock } from '../../../src/docker/host-lock.js';
import type { Step } from '../../../src/plan/plan.js';
import type { StackSpec } from '../../../src/spec/stack-spec.js';
import { takeEpoch } from '../../../src/store/epoch.js';
import { writeFrozen } from '../../../src/store/frozen.js';
import { privateFolder, runFolder, stackFolder, type Layout } from '../../../src/store/layout.js';

const run = { workflowId: 'deploy', runId: 'run' };
const step = (service: string): Step =>
  ({
    kind: 'replace',
    service,
    scale: 1,
    replaces: [],
    force: false,
    configHash: 'h',
    image: { ref: 'i', id: 'i' },
  }) as unknown as Step;

it('holds up no other stack while it waits for whoever is at work on its own', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-replace-'));
  const layout = { home: path.join(folder, 'state'), lockDir: path.join(folder, 'locks') };
  const describe = async () => ({ status: { name: 'RUNNING' }, runId: 'run', raw: {} });
  const world = {
    layout,
    engine: {
      id: async () => 'engine',
      containers: async (_: string, service: string) => [
        { id: service, service, number: 1, imageId: 'i', configHash: 'h', state: 'running' },
      ],
    },
    temporal: { workflow: { getHandle: () => ({ describe }) } },
  } as unknown as World;
  const services = Array.from({ length: 12 }, (_, index) => `s${index}`);
  const spec = { services: Object.fromEntries(services.map((name) => [name, { configHash: 'h' }])) };
  const begin = async (stack: string): Promise<(service: string) => Promise<unknown>> => {
    const { epoch } = await takeEpoch(layout, stack, run, new Date());
    const frozen = await privateFolder(path.join(stackFolder(layout, stack), 'frozen'));
    const whole = { ...spec, project: stack } as unknown as StackSpec;
    await writeFrozen(frozen, { yaml: '', spec: whole, directory: folder, secrets: {}, secretValues: [] });
    const environment = (): MockActivityEnvironment =>
      new MockActivityEnvironment({ workflowExecution: run }, { logger: new DefaultLogger('ERROR') });
    return (service) =>
      environment().run(replaceService(world), {
        stack,
        epoch,
        frozen: { folder: 'frozen', hash: '' },
        step: step(service),
      });
  };
  try {
    const ofBusy = await begin('busy');
    const ofFree = await begin('free');
    const lock = await acquireHostLock(layout.lockDir, 'engine', 'busy');
    const waiting = services.map(ofBusy);
    expect(await ofFree('s0')).toEqual({ containers: ['s0'] });
    await lock.release();
    expect(await Promise.all(waiting)).toHaveLength(12);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

describe('a service that somebody changes by hand', () => {
  let folder: string;
  let layout: Layout;
  /** What there is of the service. */
  let now: { id: string; imageId: string; madeFrom: string }[];
  /** What happens once the step is about to begin. */
  let meanwhile: () => void;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'ek-by-hand-'));
    layout = { home: path.join(folder, 'state'), lockDir: path.join(folder, 'locks') };
    now = [{ id: 'old', imageId: 'o', madeFrom: '/srv/shop/compose.yaml' }];
    meanwhile = () => undefined;
    await mkdir(path.join(folder, 'bin'));
    await writeFile(path.join(folder, 'bin', 'docker'), `#!/bin/sh\n: >'${folder}/called'\n`, { mode: 0o755 });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const byHand = { id: 'strange', imageId: 's', madeFrom: '/srv/shop/compose.yaml' };
  const theStep = { ...step('api'), replaces: ['old'] };
  const own = () => ({ ...byHand, id: 'own', madeFrom: path.join(stackFolder(layout, 'shop'), 'frozen/compose.yaml') });

  async function replaceIt(): Promise<unknown> {
    const describe = async () => ({ status: { name: 'RUNNING' }, runId: 'run', raw: {} });
    const look = (): unknown[] =>
      now.map(({ id, imageId }) => ({ id, name: id, service: 'api', number: 1, imageId, state: 'running' }));
    const inspect = async (id: string) => {
      const { madeFrom } = now.find((one) => one.id === id)!;
      return { Config: { Labels: { 'com.docker.compose.project.config_files': madeFrom } } };
    };
    const world = {
      layout,
      env: { PATH: `${folder}/bin:${process.env['PATH']}` },
      engine: {
        ...{ id: async () => 'engine', imageId: async () => 'i', inspect, containers: async () => look() },
        inspects: async () => [],
        networks: async () => {
          meanwhile();
          return [];
        },
      },
      temporal: { workflow: { getHandle: () => ({ describe }) } },
    } as unknown as World;
    const { epoch } = await takeEpoch(layout, 'shop', run, new Date());
    const frozen = await privateFolder(path.join(stackFolder(layout, 'shop'), 'frozen'));
    const spec = {
      project: 'shop',
      networks: {},
      services: { api: { configHash: 'h', dependsOn: [], joins: [] } },
    } as unknown as StackSpec;
    await writeFrozen(frozen, { yaml: '', spec, directory: folder, secrets: {}, secretValues: [] });
    const environment = new MockActivityEnvironment({ workflowExecution: run }, { logger: new DefaultLogger('ERROR') });
    const args = { stack: 'shop', epoch, frozen: { folder: 'frozen', hash: '' }, step: theStep };
    return environment.run(replaceService(world), args);
  }

  /** A Compose of an earlier attempt. */
  async function anEarlier(output: string, exitCode: number): Promise<void> {
    const child = path.join(runFolder(layout, 'shop', run.workflowId, run.runId), 'children', 'replace-api');
    await mkdir(child, { recursive: true });
    await writeFile(path.join(child, 'output.log'), output);
    await writeFile(path.join(child, 'exit-code'), `${exitCode}\n`);
  }

  const asks = { containers: ['strange'], untouched: true, changedByHand: ['strange (strange) is new', 'old is gone'] };

  it('while the step waits for others is left to people', async () => {
    meanwhile = () => (now = [byHand]);
    expect(await replaceIt()).toEqual(asks);
    expect(existsSync(path.join(folder, 'called'))).toBe(false);
  });

  it.each([
    ['never reached Docker', 'Cannot connect to the Docker daemon', 1],
    ['was killed', '', 137],
  ])('after a Compose of the step %s is left to people', async (_, output, exitCode) => {
    await anEarlier(output, exitCode);
    now = [byHand];
    expect(await replaceIt()).toEqual(asks);
  });

  it('is told from what a Compose of the step has made, which is replaced', async () => {
    await anEarlier('', 137);
    now = [own()];
    await expect(replaceIt()).rejects.toThrow('replacing api: Compose says it is done, but its containers are not');
    expect(existsSync(path.join(folder, 'called'))).toBe(true);
  });
});
