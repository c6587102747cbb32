import type { Finding } from '../spec/finding.js';
import type { NetworkSpec, StackSpec, VolumeSpec } from '../spec/stack-spec.js';
import type { ObservedNetwork, ObservedStack } from './observed-stack.js';
import { compareText } from './words.js';

/**
 * Networks and volumes that are not what the configuration asks for. Compose uses one that exists as it is, whatever
 * the file says, and changing it means taking everything off it: so an error, with the commands, rejects the deployment
 * rather than let it look done. Those that nothing uses are not looked at.
 */
export function changedResources(spec: StackSpec, observed: ObservedStack): Finding[] {
  const services = Object.values(spec.services);
  const used = (keys: string[][]) => [...new Set(keys.flat())].sort(compareText);
  return [
    ...used(services.map(({ networks }) => networks)).flatMap((key) => networkFindings(spec, key, observed)),
    ...used(services.map(({ volumes }) => volumes)).flatMap((key) => volumeFindings(spec, key, observed)),
  ];
}

function networkFindings(spec: StackSpec, key: string, observed: ObservedStack): Finding[] {
  const wanted = spec.networks[key];
  if (!wanted) return [];
  const found = observed.networks.find(({ name }) => name === wanted.name);
  if (!found) {
    if (!wanted.external) return [];
    return [
      {
        rule: 'network-missing',
        severity: 'error',
        message: `the external network ${wanted.name} does not exist`,
        remedy: `docker network create ${wanted.name}`,
      },
    ];
  }
  if (wanted.external) return [];
  const differences = networkDifferences(wanted, found);
  if (differences.length > 0) return [networkChanged(spec.project, key, wanted.name, differences)];
  if (found.key !== undefined) return [];
  return [
    {
      rule: 'network-not-ours',
      severity: 'warning',
      message: `the network ${wanted.name} exists, and was not made by Compose for this stack`,
      remedy: 'if it is shared on purpose, say so: external: true',
    },
  ];
}

function networkChanged(project: string, key: string, name: string, differences: string[]): Finding {
  return {
    rule: 'network-changed',
    severity: 'error',
    message: `the definition of network ${name} changed (${differences.join(', ')}), and it cannot be changed while containers are on it`,
    remedy:
      `take the stack down and deploy it again: docker compose -p ${project} down (named volumes stay); ` +
      `or give the network another key than ${key}, so that a new one is made beside it`,
  };
}

/** `driver: bridge → macvlan`. What the engine fills in by itself is not a difference. */
function networkDifferences(wanted: NetworkSpec, found: ObservedNetwork): string[] {
  const driver = wanted.driver === undefined || wanted.driver === 'default' ? 'bridge' : wanted.driver;
  return [
    ...difference('driver', found.driver, driver),
    ...difference('internal', found.internal, wanted.internal),
    ...difference('attachable', found.attachable, wanted.attachable),
    // An engine can be set to give every new network IPv6, so having it unasked says nothing.
    ...(wanted.enableIpv6 ? difference('enable_ipv6', found.enableIpv6, true) : []),
    ...Object.entries(wanted.driverOptions)
      .sort(([a], [b]) => compareText(a, b))
      .flatMap(([option, value]) =>
        difference(`driver_opts.${option}`, found.driverOptions[option] ?? 'not set', value),
      ),
    ...wanted.subnets.flatMap((subnet) => subnetDifference(subnet, found)),
  ];
}

function subnetDifference(wanted: NetworkSpec['subnets'][number], found: ObservedNetwork): string[] {
  const matches = found.subnets.some(
    (subnet) =>
      (wanted.subnet === undefined || wanted.subnet === subnet.subnet) &&
      (wanted.gateway === undefined || wanted.gateway === subnet.gateway) &&
      (wanted.ipRange === undefined || wanted.ipRange === subnet.ipRange),
  );
  const text = ({ subnet, gateway, ipRange }: NetworkSpec['subnets'][number]) =>
    [subnet, gateway && `gateway ${gateway}`, ipRange && `range ${ipRange}`].filter(Boolean).join(' ');
  return matches ? [] : [`subnet: ${found.subnets.map(text).join(' and ') || 'none'} → ${text(wanted)}`];
}

function volumeFindings(spec: StackSpec, key: string, observed: ObservedStack): Finding[] {
  const wanted = spec.volumes[key];
  if (!wanted) return [];
  const found = observed.volumes.find(({ name }) => name === wanted.name);
  if (!found) return wanted.external ? [volumeMissing(wanted)] : [];
  if (wanted.external) return [];
  const [changed] = difference('driver', found.driver, wanted.driver ?? 'local');
  if (changed) {
    return [
      {
        rule: 'volume-changed',
        severity: 'error',
        message: `the definition of volume ${wanted.name} changed (${changed}), and a volume keeps its driver for life`,
        remedy:
          `give the volume another key than ${key}, and copy what it holds; or, if it holds nothing worth keeping: ` +
          `docker compose -p ${spec.project} down && docker volume rm ${wanted.name}`,
      },
    ];
  }
  if (found.labels) return [];
  return [
    {
      rule: 'volume-not-ours',
      severity: 'warning',
      message: `the volume ${wanted.name} exists, and was not made by Compose for this stack; it is used as it is`,
      remedy: 'if it is shared on purpose, say so: external: true',
    },
  ];
}

function volumeMissing(wanted: VolumeSpec): Finding {
  return {
    rule: 'volume-missing',
    severity: 'error',
    message: `the external volume ${wanted.name} does not exist`,
    remedy: `docker volume create ${wanted.name}, unless its data should be there already: then look for it first`,
  };
}

function difference(what: string, found: string | boolean, wanted: string | boolean): string[] {
  return found === wanted ? [] : [`${what}: ${String(found)} → ${String(wanted)}`];
}
