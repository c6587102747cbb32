import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { replaceService } from '../../../activities/replace-service.js';
import type { World } from '../../../activities/world.js';
import { acquireHostLock } from '../../../src/docker/host-lock.js';
import type { Step } from '../../../src/plan/plan.js';
import type { StackSpec } from '../../../src/spec/stack-spec.js';
import { takeEpoch } from '../../../src/store/epoch.js';
import { writeFrozen } from '../../../src/store/frozen.js';
import { privateFolder, stackFolder } from '../../../src/store/layout.js';

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
