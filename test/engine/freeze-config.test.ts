import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { freezeConfig } from '../../activities/freeze-config.js';
import { hostIdentity } from '../../src/store/host-identity.js';
import { addStack } from '../../src/store/registry.js';
import { testProject, type TestProject } from '../support/docker-cli.js';
import { HostWorld } from '../support/host-world.js';

let host: HostWorld;
let project: TestProject;

beforeEach(async () => {
  host = await HostWorld.make();
  // As a worker does at its start.
  await hostIdentity(host.world.layout);
  project = await testProject('freeze', 'services: { web: { image: "evenkeel-test/web:1" } }');
  const entry = { name: project.name, directory: project.folder, files: [], envFiles: [], profiles: [] };
  await addStack(host.world.layout, { ...entry, capturedEnv: [], addedAt: new Date().toISOString() }, {});
});
afterEach(async () => {
  await project.remove();
  await host.remove();
});

it('attempts that overlap come to one frozen configuration, and leave nothing beside it', async () => {
  const run = await host.run(project.name);
  const freeze = () => run.take(freezeConfig, { services: [], pull: false });
  const [first, ...others] = await Promise.all([freeze(), freeze(), freeze()]);
  expect(first?.frozen).toBeDefined();
  for (const other of others) expect(other).toEqual(first);
  expect((await readdir(run.folder)).filter((name) => /^freezing|^frozen/.test(name))).toEqual(['frozen']);
}, 120_000);
