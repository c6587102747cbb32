import { engineOf } from './docker-api.js';

/** What carries the label of a twin. */
export interface TwinThings {
  containers: string[];
  networks: string[];
  volumes: string[];
}

export const NO_TWIN: TwinThings = { containers: [], networks: [], volumes: [] };

/** All that is there of any twin of a stack, on the engine that an environment names. */
export async function twinThingsOf(stack: string, env = process.env): Promise<TwinThings> {
  const engine = engineOf(env);
  const filters = { label: [`evenkeel.twin-of=${stack}`] };
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    engine.listContainers({ all: true, filters }),
    engine.listNetworks({ filters }),
    engine.listVolumes({ filters }),
  ]);
  return {
    containers: containers.map(({ Id }) => Id).sort(),
    networks: networks.map(({ Name }) => Name).sort(),
    volumes: volumes.map(({ Name }) => Name).sort(),
  };
}
