import path from 'node:path';
import { DEFAULT_POLICY } from '../../src/spec/schema.js';
import type { FrozenRef, StackSpec } from '../../src/spec/stack-spec.js';
import { writeFrozen } from '../../src/store/frozen.js';
import { stackFolder } from '../../src/store/layout.js';
import { testProject, type TestProject } from './docker-cli.js';
import { HostWorld, type Run } from './host-world.js';

/** A Compose project, and a run that judges it by steps that need no more of a configuration than that it was frozen. */
export interface FrozenProject {
  host: HostWorld;
  project: TestProject;
  run: Run;
  frozen: FrozenRef;
  remove(): Promise<void>;
}

/** Writes it down; nothing of it is there yet. `secret` is what its configuration calls one. */
export async function frozenProject(purpose: string, yaml: string, secret: string): Promise<FrozenProject> {
  const host = await HostWorld.make();
  const project = await testProject(purpose, yaml);
  const frozen = { folder: 'frozen', hash: '' };
  await writeFrozen(path.join(stackFolder(host.world.layout, project.name), frozen.folder), {
    yaml: '',
    spec: { project: project.name, services: {}, policy: DEFAULT_POLICY } as unknown as StackSpec,
    directory: project.folder,
    secrets: {},
    secretValues: [secret],
  });
  return {
    ...{ host, project, frozen, run: await host.run(project.name) },
    async remove() {
      await project.remove();
      await host.remove();
    },
  };
}
