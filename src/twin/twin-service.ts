import { list, mapping } from '../spec/from-rendered.js';
import { TWIN_LABEL } from './twin-name.js';
import type { TwinMounts } from './twin-mounts.js';

type Mapping = Record<string, unknown>;

/**
 * What a service keeps on the twin. Everything else goes, known to us or not: ports, container name, labels (proxies and
 * other programs act on them), links, extra hosts, DNS servers, the log driver, build, profiles.
 */
const KEPT = [
  ...['command', 'entrypoint', 'environment', 'user', 'group_add', 'working_dir', 'hostname', 'domainname'],
  ...['init', 'stdin_open', 'tty', 'healthcheck', 'stop_signal', 'stop_grace_period', 'platform', 'runtime'],
  ...['cap_drop', 'security_opt', 'sysctls', 'ulimits', 'read_only', 'secrets', 'configs', 'volumes_from'],
  ...['cpu_count', 'cpu_percent', 'cpu_period', 'cpu_quota', 'cpus', 'cpuset', 'pids_limit'],
  ...['mem_limit', 'mem_reservation', 'mem_swappiness', 'memswap_limit', 'shm_size', 'pid', 'ipc'],
];

/** Where memory or processors run short, the live stack wins: the twin is killed first, and waits. */
const LOW_PRIORITY = { oom_score_adj: 1000, cpu_shares: 256 };

export interface ServiceOnTwin {
  name: string;
  stack: string;
  image: string;
  /** Who stands on the twin. */
  inside: Set<string>;
  mounts: TwinMounts;
  /** Further names under which it answers, by the network's key. */
  aliases: (network: string) => string[];
}

/** One service of the rendered file as it stands on the twin. Its logs are kept where they can be read, and bounded. */
export function twinService(service: Mapping, on: ServiceOnTwin): Mapping {
  const kept = Object.fromEntries(KEPT.filter((key) => key in service).map((key) => [key, service[key]]));
  const { volumes, tmpfs } = on.mounts;
  const dependsOn = Object.entries(mapping(service['depends_on'])).filter(([name]) => on.inside.has(name));
  const resources = mapping(service['deploy'])['resources'];
  return {
    ...kept,
    ...LOW_PRIORITY,
    image: on.image,
    restart: 'no',
    labels: { [TWIN_LABEL]: on.stack },
    logging: { driver: 'json-file', options: { 'max-size': '20m' } },
    ...networking(service, on),
    ...(volumes.length > 0 ? { volumes } : {}),
    ...(tmpfs.length > 0 ? { tmpfs } : {}),
    ...(dependsOn.length > 0 ? { depends_on: Object.fromEntries(dependsOn) } : {}),
    ...(resources === undefined ? {} : { deploy: { resources } }),
  };
}

/** A service on the engine's own bridge, where live containers are, gets the twin's default network instead. */
function networking(service: Mapping, { aliases }: ServiceOnTwin): Mapping {
  const mode = service['network_mode'];
  if (typeof mode === 'string' && /^(?:service:|none$)/.test(mode)) return { network_mode: mode };
  const networks = networkKeys(service).map((key) => {
    const written = list(mapping(mapping(service['networks'])[key])['aliases']).map(String);
    return [key, { aliases: [...new Set([...written, ...aliases(key)])] }];
  });
  return { networks: Object.fromEntries(networks) as Mapping };
}

/** Keys of the networks that a service is on. */
export function networkKeys(service: Mapping): string[] {
  const mode = service['network_mode'];
  if (typeof mode === 'string' && /^(?:service:|none$)/.test(mode)) return [];
  const keys = Object.keys(mapping(service['networks']));
  return keys.length > 0 ? keys : ['default'];
}
