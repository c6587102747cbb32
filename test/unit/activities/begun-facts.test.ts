import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { withBegunFacts } from '../../../activities/begun-facts.js';
import type { World } from '../../../activities/world.js';
import type { ObservedStack } from '../../../src/plan/observed-stack.js';
import type { StackSpec } from '../../../src/spec/stack-spec.js';
import { writeFrozen } from '../../../src/store/frozen.js';
import { privateFolder, stackFolder, type Layout } from '../../../src/store/layout.js';

let folder: string;
let layout: Layout;
const last = {
  release: '1',
  services: { web: { containerIds: ['a', 'b'], imageId: 'one', configHash: 'one', contentHashes: {}, scale: 2 } },
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-begun-'));
  layout = { home: folder, lockDir: path.join(folder, 'locks') };
  const frozen = await privateFolder(place('2'));
  const spec = { project: 'shop', services: { web: { contentHashes: { 'bind:/site': 'new' }, scale: 2 } } };
  const content = { yaml: '', directory: folder, secrets: {}, secretValues: [] };
  await writeFrozen(frozen, { ...content, spec: spec as unknown as StackSpec });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const place = (run: string) => path.join(stackFolder(layout, 'shop'), 'runs', 'deploy', run, 'frozen');

/** Two containers of web, and which run's configuration Compose says that it made each from. */
async function factsOf(...runs: string[]) {
  const containers = runs.map((run, index) => ({
    id: run + index,
    service: 'web',
    number: index + 1,
    imageId: 'two',
    configHash: 'two',
  }));
  const inspect = async (id: string) => ({
    Config: { Labels: { 'com.docker.compose.project.config_files': path.join(place(id.slice(0, 1)), 'compose.yaml') } },
  });
  const world = { layout, engine: { inspect } } as unknown as World;
  const observed = { project: 'shop', containers } as unknown as ObservedStack;
  return (await withBegunFacts(world, last, observed, ['web']))!.services['web'];
}

it('takes what a former self has made for what it made it from', async () => {
  expect(await factsOf('2', '2')).toMatchObject({ imageId: 'two', contentHashes: { 'bind:/site': 'new' } });
});

it('lets no container speak for one that was made from something else', async () => {
  expect(await factsOf('2', '1')).toEqual(last.services.web);
});
