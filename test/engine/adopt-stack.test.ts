import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { dockerodeEngine } from '../../src/docker/dockerode-engine.js';
import { adoptStack, readStack } from '../../src/store/registry.js';
import { testProject } from '../support/docker-cli.js';

it('adopts a project that runs here, by the labels of its containers', async () => {
  const project = await testProject('adopt', 'services:\n  web:\n    image: evenkeel-test/web:1\n');
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-adopt-'));
  const layout = { home, lockDir: home };
  const engine = dockerodeEngine(process.env);
  try {
    expect(await adoptStack(layout, engine, project.name)).toBeUndefined();
    await project.compose('create');
    expect(await engine.projects()).toContainEqual({
      name: project.name,
      workingDir: project.folder,
      configFiles: [path.join(project.folder, 'compose.yaml')],
      envFiles: [],
    });
    expect(await adoptStack(layout, engine, project.name)).toMatchObject({ directory: project.folder, files: [] });
    expect(await readStack(layout, project.name)).toMatchObject({ name: project.name });
  } finally {
    await project.remove();
    await rm(home, { recursive: true });
  }
});
