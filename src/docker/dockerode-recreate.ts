import type { ContainerCreateOptions, EndpointSettings } from 'dockerode';
import type { EngineConnection } from './dockerode-connection.js';
import type { Engine } from './engine.js';
import { recreationOf, type Recreation } from './recreation-of.js';

/** From here on a container can be created with all its endpoints, and with a MAC address for each. */
const MANY_ENDPOINTS_API = [1, 44] as const;
const CREATE_MS = 120_000;

/** The part of the engine that makes a container again. */
export function recreates(engine: EngineConnection, looks: Pick<Engine, 'imageId'>): Pick<Engine, 'recreate'> {
  return {
    async recreate(inspect, imageId, standIns) {
      const reference = inspect.Config.Image;
      const image = (await looks.imageId(reference)) === imageId ? reference : imageId;
      const recreation = recreationOf(inspect, image, standIns);
      const { ApiVersion } = await engine.ask<{ ApiVersion: string }>({ method: 'GET', path: '/version' });
      return isAtLeast(ApiVersion, MANY_ENDPOINTS_API)
        ? create(engine, recreation, recreation.endpoints)
        : createThenConnect(engine, recreation);
    },
  };
}

async function create(
  engine: EngineConnection,
  { name, body }: Recreation,
  endpoints: Record<string, EndpointSettings>,
): Promise<string> {
  const whole: ContainerCreateOptions = { ...body, NetworkingConfig: { EndpointsConfig: endpoints } };
  const request = { method: 'POST', path: '/containers/create', query: { name }, body: whole } as const;
  const { Id } = await engine.ask<{ Id: string }>({ ...request, deadlineMs: CREATE_MS });
  return Id;
}

/** Older engines take one endpoint, that of the network mode, and the rest afterwards. */
async function createThenConnect(engine: EngineConnection, recreation: Recreation): Promise<string> {
  const first = recreation.body.HostConfig?.NetworkMode ?? '';
  const endpoints = Object.entries(recreation.endpoints).map(([network, endpoint]) => {
    return [network, { ...endpoint, MacAddress: undefined }] as const;
  });
  const id = await create(engine, recreation, Object.fromEntries(endpoints.filter(([network]) => network === first)));
  for (const [network, EndpointConfig] of endpoints.filter(([name]) => name !== first)) {
    const body = { Container: id, EndpointConfig };
    await engine.ask({ method: 'POST', path: `/networks/${network}/connect`, body });
  }
  return id;
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [hasMajor = 0, hasMinor = 0] = version.split('.').map(Number);
  return hasMajor > major || (hasMajor === major && hasMinor >= minor);
}
