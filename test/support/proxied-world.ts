import { afterAll, beforeAll, expect } from '@jest/globals';
import { DeploymentWorld } from './deployment-world.js';
import { type DockerProxy, startDockerProxy } from './docker-proxy.js';
import { TestStack } from './test-stack.js';

/** A world and a proxy to Docker that can be told to fail. Close both. */
interface ProxiedWorld {
  proxy: DockerProxy;
  world: DeploymentWorld;
}

/** Everything in this world reaches Docker through the proxy, what the test itself asks for too. */
export async function worldBehindProxy(): Promise<ProxiedWorld> {
  const proxy = await startDockerProxy();
  return { proxy, world: await DeploymentWorld.start(undefined, { DOCKER_HOST: proxy.dockerHost }) };
}

/** Only the worker reaches Docker through the proxy; the test itself goes past it. */
async function workerBehindProxy(): Promise<ProxiedWorld> {
  const proxy = await startDockerProxy();
  return { proxy, world: await DeploymentWorld.start(undefined, {}, { DOCKER_HOST: proxy.dockerHost }) };
}

/**
 * A pair that serves version 1, deployed by a worker behind a proxy, from before the first test of a file until after its last one.
 * Called once, at the top of the file; `edit` changes the Compose file before.
 */
export function pairBehindProxy(edit = (yaml: string): string => yaml): ProxiedWorld & { stack: TestStack } {
  let proxied: ProxiedWorld;
  let stack: TestStack;
  beforeAll(async () => {
    proxied = await workerBehindProxy();
    stack = await TestStack.make(proxied.world, 'pair', { '.env': 'VERSION=1\n' });
    await stack.edit('compose.yaml', edit);
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
  }, 120_000);
  afterAll(async () => {
    await stack.remove();
    await proxied.world.stop();
    await proxied.proxy.close();
  }, 60_000);
  return {
    get proxy() {
      return proxied.proxy;
    },
    get world() {
      return proxied.world;
    },
    get stack() {
      return stack;
    },
  };
}
