import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { composeUntil } from '../../activities/compose-children.js';
import type { Frozen } from '../../src/store/frozen.js';
import { docker, testProject, type TestProject } from '../support/docker-cli.js';
import { type DockerProxy, startDockerProxy } from '../support/docker-proxy.js';
import { HostWorld } from '../support/host-world.js';

let host: HostWorld;
let proxy: DockerProxy;
let project: TestProject;

beforeAll(async () => {
  host = await HostWorld.make();
  proxy = await startDockerProxy();
  project = await testProject('hangs', 'services: { web: { image: "evenkeel-test/web:1", init: true } }');
});
afterAll(async () => {
  await project.remove();
  await proxy.close();
  await host.remove();
});

it('ends a Compose whose request is never answered, and the next attempt brings about what it was to', async () => {
  const world = { ...host.world, env: { ...process.env, DOCKER_HOST: proxy.dockerHost } };
  const run = await host.run(project.name);
  const frozen = {
    ...{ folder: project.folder, composeFile: 'compose.yaml', directory: project.folder, secrets: {} },
    spec: { project: project.name } as Frozen['spec'],
    redact: (text: string) => text,
  };
  const attempt = (withinMs: number): Promise<unknown> =>
    run.environment().run(() =>
      composeUntil(world, {
        ...{ stack: project.name, name: 'replace-web', doing: 'replacing web', frozen, withinMs },
        prepare: async () => ({ args: ['up', '-d', '--no-deps', '--no-build', '--pull', 'never', 'web'] }),
        look: async () => (await world.engine.containers(project.name)).find(({ state }) => state === 'running'),
        unmet: 'nothing runs',
      }),
    );

  proxy.add({ when: /^POST \/containers\/create\?/, fault: { kind: 'drop' } });
  await expect(attempt(20_000)).rejects.toThrow('replacing web: Docker did not answer Compose, which was ended');
  proxy.heal();
  expect(await attempt(120_000)).toMatchObject({ service: 'web', name: `${project.name}-web-1` });
  expect(
    (await docker(['ps', '-aq', '--filter', `label=com.docker.compose.project=${project.name}`])).split('\n'),
  ).toHaveLength(1);
}, 180_000);
