import { DeploymentWorld } from './deployment-world.js';
import { type DockerProxy, startDockerProxy } from './docker-proxy.js';

/** A world whose worker reaches Docker through a proxy that can be told to fail; the test itself goes past it. Close both. */
export async function proxiedWorld(): Promise<{ proxy: DockerProxy; world: DeploymentWorld }> {
  const proxy = await startDockerProxy();
  const world = await DeploymentWorld.start();
  await world.killWorker();
  await world.startWorker({ DOCKER_HOST: proxy.dockerHost });
  return { proxy, world };
}
