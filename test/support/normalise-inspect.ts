import type { ContainerInspect } from '../../src/docker/engine.js';

/** Labels that Compose writes anew each time, and that say nothing of what runs. */
const COMPOSE_BOOKKEEPING = ['replace', 'project.config_files', 'version'].map((name) => `com.docker.compose.${name}`);
/** One that Compose writes in no order. */
const UNORDERED = 'com.docker.compose.depends_on';
const ANONYMOUS = /^[0-9a-f]{64}$/;

/**
 * The inspect of a container without what must differ when it has been made again as it was: ids, times, addresses, a
 * host name that nobody chose, Compose's bookkeeping labels, and how anonymous volumes are written down. Which volume is
 * mounted where stays, by name. Made for `map`: the other inspects of the project put names in place of their ids.
 */
export function normaliseInspect(inspect: ContainerInspect, _index = 0, project = [inspect]): unknown {
  let text = JSON.stringify(normalise(inspect));
  for (const { Id, Name } of project) {
    text = text.replaceAll(Id, `<id of ${Name}>`).replaceAll(Id.slice(0, 12), `<short id of ${Name}>`);
  }
  return JSON.parse(text);
}

function normalise(inspect: ContainerInspect): object {
  const { Config, HostConfig, NetworkSettings, State, Mounts } = inspect;
  const kept: Record<string, unknown> = { ...inspect };
  // Ids, times, and paths made of ids.
  for (const key of ['Created', 'ResolvConfPath', 'HostnamePath', 'HostsPath', 'LogPath', 'GraphDriver', 'ExecIDs']) {
    delete kept[key];
  }
  return {
    ...kept,
    State: State.Status,
    Config: {
      ...Config,
      // Compose hands it over in no order.
      Env: [...(Config.Env ?? [])].sort(),
      Hostname: inspect.Id.startsWith(Config.Hostname) ? '<default>' : Config.Hostname,
      Labels: Object.fromEntries(
        Object.entries(Config.Labels)
          .filter(([name]) => !COMPOSE_BOOKKEEPING.includes(name))
          .map(([name, text]) => [name, name === UNORDERED ? text.split(',').sort().join(',') : text] as const)
          .sort(([a], [b]) => a.localeCompare(b)),
      ),
    },
    HostConfig: {
      ...HostConfig,
      // Docker itself writes null as an empty list when it reads a container again after its own restart.
      Dns: HostConfig.Dns ?? [],
      DnsOptions: HostConfig.DnsOptions ?? [],
      DnsSearch: HostConfig.DnsSearch ?? [],
      Mounts: (HostConfig.Mounts ?? []).filter(({ Type, Source }) => Type !== 'volume' || !isAnonymous(Source)),
    },
    NetworkSettings: {
      Networks: Object.fromEntries(
        Object.entries(NetworkSettings.Networks).map(([name, { NetworkID, Aliases, IPAMConfig, Links }]) => [
          name,
          {
            NetworkID,
            Aliases: [...(Aliases ?? [])].filter((alias) => !inspect.Id.startsWith(alias)).sort(),
            IPAMConfig,
            Links,
          },
        ]),
      ),
      Ports: HostConfig.PortBindings && fixedPorts(NetworkSettings.Ports, HostConfig.PortBindings),
    },
    Mounts: Mounts.map((mount) => (isAnonymous(mount.Name) ? { ...mount, Mode: '' } : mount)).sort((a, b) =>
      a.Destination.localeCompare(b.Destination),
    ),
  };
}

function isAnonymous(volume: string | undefined): boolean {
  return !volume || ANONYMOUS.test(volume);
}

type Ports = Record<string, { HostPort?: string }[] | null>;

/** A host port that Docker chose is an address of the moment. */
function fixedPorts(ports: Ports, bindings: Ports): Ports {
  return Object.fromEntries(
    Object.entries(ports).filter(([port]) =>
      (bindings[port] ?? []).every(({ HostPort }) => HostPort && HostPort !== '0'),
    ),
  );
}
