import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inLanes } from '../../src/docker/in-lanes.js';
import { specFromContainers } from '../../src/docker/spec-from-containers.js';
import { writeFrozen } from '../../src/store/frozen.js';
import { type Layout, privateFolder, stackFolder } from '../../src/store/layout.js';
import { addStack } from '../../src/store/registry.js';
import { appendRelease, type ReleasedService } from '../../src/store/releases.js';
import { fakeComposeFile, fakeContainers, type FakeStack, secretOf } from './fake-containers.js';
import type { FakeEngine } from './fake-engine.js';

/** Stacks that were deployed long ago, as a host has them that deployed each of them once. Returns their names. */
export async function manyStacks(
  layout: Layout,
  { engine, folder, count }: { engine: FakeEngine; folder: string; count: number },
): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `shop-${String(index).padStart(4, '0')}`);
  await inLanes(8, names, async (name) => {
    const directory = path.join(folder, 'projects', name);
    const composeFile = path.join(stackFolder(layout, name), 'releases', '1', 'frozen', 'compose.yaml');
    const stack: FakeStack = { name, directory, composeFile, webPort: engine.webPort };
    await mkdir(directory, { recursive: true });
    await writeFile(path.join(directory, 'compose.yaml'), fakeComposeFile(stack));
    await addStack(
      layout,
      { name, directory, files: [], envFiles: [], profiles: [], capturedEnv: [], addedAt: new Date().toISOString() },
      {},
    );
    await release(layout, stack);
    engine.add(stack);
  });
  return names;
}

/** Records what the containers are as the stack's only release. */
async function release(layout: Layout, stack: FakeStack): Promise<void> {
  const { name, directory } = stack;
  const containers = fakeContainers(stack);
  const run = { kind: 'deployed', workflowId: `deploy/bench/${name}`, runId: name } as const;
  await appendRelease(layout, name, run, async (draft) => {
    const yaml = fakeComposeFile(stack);
    const frozen = await privateFolder(path.join(draft.folder, 'frozen'));
    const secretValues = [secretOf(name)];
    await writeFrozen(frozen, {
      yaml,
      directory,
      secrets: {},
      secretValues,
      spec: specFromContainers(name, containers),
    });
    const services = containers.map(({ Config, Image }): [string, ReleasedService] => {
      const label = (key: string): string => Config.Labels[`com.docker.compose.${key}`]!;
      return [
        label('service'),
        {
          ...{ state: 'running', scale: 1, imageRef: Config.Image, imageId: Image, configHash: label('config-hash') },
          ...{ contentHashes: {}, method: 'compose', frozen: path.join(draft.place, 'frozen'), containers: [] },
        },
      ];
    });
    const frozenHash = createHash('sha256').update(yaml).digest('hex');
    return { at: new Date().toISOString(), frozenHash, services: Object.fromEntries(services) };
  });
}
