import type { EndpointSettings, EndpointsConfig } from 'dockerode';
import type { ContainerInspect } from './engine.js';

/**
 * How a container was attached to each of its networks: aliases, links, and those addresses that were fixed. What the
 * engine chose by itself is left out, so that it chooses again.
 */
export function endpointsOf(inspect: ContainerInspect): EndpointsConfig {
  const networks = Object.entries(inspect.NetworkSettings.Networks ?? {}) as [string, EndpointSettings][];
  const attached = networks.filter(([name]) => name !== 'host' && name !== 'none');
  return Object.fromEntries(attached.map(([name, endpoint]) => [name, endpointOf(inspect, name, endpoint)]));
}

function endpointOf(inspect: ContainerInspect, network: string, endpoint: EndpointSettings): EndpointSettings {
  const { IPAMConfig, Links, DriverOpts } = endpoint;
  const { GwPriority } = endpoint as { GwPriority?: number };
  // Older engines list the container's own short id among its aliases.
  const aliases = endpoint.Aliases?.filter((alias) => alias !== inspect.Id.slice(0, 12));
  const mac = fixedMac(inspect, network, endpoint);
  return {
    IPAMConfig,
    Links,
    DriverOpts,
    ...(aliases?.length ? { Aliases: aliases } : {}),
    ...(GwPriority ? { GwPriority } : {}),
    ...(mac ? { MacAddress: mac } : {}),
  };
}

/**
 * The MAC address where somebody fixed it. The engine does not say so outright: it repeats the first network's in the
 * configuration, and makes its own ones from the IPv4 address (or, from version 28 on, at random; such a one is kept as
 * if it had been fixed, which does no harm because it belongs to nobody else).
 */
function fixedMac({ Config, HostConfig }: ContainerInspect, network: string, endpoint: EndpointSettings): string {
  const configured = (Config as { MacAddress?: string }).MacAddress;
  if (configured && HostConfig.NetworkMode === network) return configured;
  const { MacAddress = '', IPAddress = '' } = endpoint;
  return MacAddress === macMadeFrom(IPAddress) ? '' : MacAddress;
}

function macMadeFrom(ipv4: string): string {
  const octets = ipv4.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return ['02', '42', ...octets].join(':');
}
