import type { NetworkInspectInfo } from 'dockerode';
import type { HostPort } from '../plan/addresses.js';
import type { ObservedContainer, ObservedNetwork } from '../plan/observed-stack.js';
import type { ContainerInspect } from './engine.js';

export const PROJECT_LABEL = 'com.docker.compose.project';
const REPLACE_LABEL = 'com.docker.compose.replace';

/** Compose names a new container so for as long as the old one holds the name. */
const TEMPORARY_NAME = /^[0-9a-f]{12}_./;

/** What we keep of `docker inspect`: identities and states, no configuration. */
export function observedContainer(inspect: ContainerInspect): ObservedContainer {
  const { State, Config, NetworkSettings } = inspect;
  const labels = Config.Labels ?? {};
  const name = inspect.Name.replace(/^\//, '');
  const startedAtMs = instant(State.StartedAt);
  const replaced = labels[REPLACE_LABEL];
  const ports = portsOf(inspect);
  return {
    id: inspect.Id,
    name,
    service: labels['com.docker.compose.service'] ?? '',
    number: Number(labels['com.docker.compose.container-number'] ?? 1),
    imageId: inspect.Image,
    imageRef: Config.Image,
    state: State.Status as ObservedContainer['state'],
    ...(State.Status === 'exited' || State.Status === 'dead' ? { exitCode: State.ExitCode } : {}),
    health: healthOf(inspect),
    restartCount: inspect.RestartCount,
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    createdAtMs: Date.parse(inspect.Created),
    configHash: labels['com.docker.compose.config-hash'] ?? '',
    ...(replaced !== undefined && TEMPORARY_NAME.test(name) ? { leftoverOf: replaced } : {}),
    networks: Object.keys(NetworkSettings.Networks ?? {}),
    ...(ports.length > 0 ? { ports } : {}),
  };
}

/** A network as the plan compares it; `key` only where Compose made it for this project. */
export function observedNetwork(network: NetworkInspectInfo, project: string): ObservedNetwork {
  const key = network.Labels?.[PROJECT_LABEL] === project ? network.Labels['com.docker.compose.network'] : undefined;
  return {
    id: network.Id,
    name: network.Name,
    driver: network.Driver,
    internal: network.Internal,
    attachable: network.Attachable,
    enableIpv6: network.EnableIPv6,
    driverOptions: network.Options ?? {},
    subnets: (network.IPAM?.Config ?? []).map(({ Subnet, Gateway, IPRange }) => ({
      ...(Subnet ? { subnet: Subnet } : {}),
      ...(Gateway ? { gateway: Gateway } : {}),
      ...(IPRange ? { ipRange: IPRange } : {}),
    })),
    ...(key === undefined ? {} : { key }),
  };
}

/** What Docker has opened for it; a port of every address is listed once for each family. */
function portsOf({ NetworkSettings }: ContainerInspect): HostPort[] {
  return Object.entries(NetworkSettings.Ports ?? {}).flatMap(([key, bindings]) => {
    const protocol = key.split('/')[1];
    if (protocol !== 'tcp' && protocol !== 'udp') return [];
    return (bindings ?? []).map(({ HostIp, HostPort }) => ({ hostIp: HostIp, hostPort: Number(HostPort), protocol }));
  });
}

function healthOf({ State }: ContainerInspect): ObservedContainer['health'] {
  const status = State.Health?.Status;
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none';
}

/** Docker writes the year 1 for "never". */
function instant(text: string): number | undefined {
  const at = Date.parse(text);
  return at > 0 ? at : undefined;
}
