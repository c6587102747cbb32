import type { ContainerCreateOptions, EndpointsConfig, HostConfig, MountConfig } from 'dockerode';
import { endpointsOf } from './recreated-endpoints.js';
import type { ContainerInspect } from './engine.js';

/** What to ask the engine for, so that it makes a container over again. */
export interface Recreation {
  name: string;
  body: ContainerCreateOptions;
  /** Endpoints by the name of their network. */
  endpoints: EndpointsConfig;
}

/**
 * The request that makes a container again from its inspect. `image` is what its `Image` shall say: its old reference,
 * or an id where that reference names another image by now. `standIns` maps the ids of containers whose namespaces or
 * volumes it shares to those that stand for them now.
 *
 * The new container's inspect differs from the old one's in: ids, times, state, and paths made of ids; addresses that
 * were not fixed; a host name that was none of its own; anonymous volumes, which are mounted by name now. One thing the
 * engine does not tell: a fixed MAC address on any but the first network of a *stopped* container is lost.
 */
export function recreationOf(
  inspect: ContainerInspect,
  image: string,
  standIns: Record<string, string> = {},
): Recreation {
  const { Config, HostConfig: host } = inspect;
  const body: ContainerCreateOptions = {
    ...Config,
    Image: image,
    // Without one, Docker would take the image's; an empty text asks for none.
    Entrypoint: Config.Entrypoint ?? [''],
    HostConfig: {
      ...host,
      NetworkMode: resolveMode(host.NetworkMode, standIns),
      PidMode: resolveMode(host.PidMode, standIns),
      IpcMode: resolveMode(host.IpcMode, standIns),
      VolumesFrom: (host.VolumesFrom as string[] | null)?.map((source) => resolveSource(source, standIns)),
      Mounts: mountsOf(inspect),
    },
  };
  const sharesNetwork = host.NetworkMode?.startsWith('container:') ?? false;
  if (sharesNetwork || Config.Hostname === inspect.Id.slice(0, 12)) delete body.Hostname;
  if (sharesNetwork) {
    // Docker copies these from the container whose network is shared, and refuses them in a request.
    delete body.Domainname;
    delete body.ExposedPorts;
  }
  return { name: inspect.Name.replace(/^\//, ''), body, endpoints: endpointsOf(inspect) };
}

function resolveMode(mode: string | undefined, standIns: Record<string, string>): string | undefined {
  const target = mode?.startsWith('container:') ? mode.slice('container:'.length) : undefined;
  return target === undefined ? mode : `container:${standIns[target] ?? target}`;
}

/** `<container>` or `<container>:ro`. */
function resolveSource(source: string, standIns: Record<string, string>): string {
  const [target = '', ...mode] = source.split(':');
  return [standIns[target] ?? target, ...mode].join(':');
}

/**
 * The declared mounts, where anonymous volumes get the name that Docker gave them, and one more for each volume that
 * only the image or another container (`volumes_from`) declares.
 */
function mountsOf({ HostConfig: host, Mounts }: ContainerInspect): MountConfig | undefined {
  const volumes = Mounts.filter(({ Type }) => Type === 'volume');
  const nameAt = new Map(volumes.map(({ Destination, Name }) => [Destination, Name ?? '']));
  const declared = (host.Mounts ?? []).map((mount) =>
    mount.Type === 'volume' && !mount.Source ? { ...mount, Source: nameAt.get(mount.Target) ?? '' } : mount,
  );
  const taken = new Set([...declared.map(({ Target }) => Target), ...bindDestinations(host)]);
  const undeclared = volumes.filter(({ Destination }) => !taken.has(Destination));
  const added = undeclared.map(({ Name, Destination, RW }) => {
    return { Type: 'volume' as const, Source: Name ?? '', Target: Destination, ReadOnly: !RW };
  });
  return declared.length + added.length === 0 ? host.Mounts : [...declared, ...added];
}

/** `source:destination[:mode]`. */
function bindDestinations({ Binds }: HostConfig): string[] {
  return (Binds ?? []).map((bind) => bind.split(':')[1] ?? '');
}
