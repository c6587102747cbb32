import type { TwinBounds } from './refuse-live.js';

/** What a created container of a twin really has, as the engine tells; no values. */
export interface MadeContainer {
  /** Compose's name of its project. */
  project: string | undefined;
  mounts: { type: string; name?: string; source?: string; target: string; writable: boolean }[];
  /** Names of the networks it is attached to. */
  networks: string[];
  networkMode: string;
  pidMode: string;
  ipcMode: string;
  utsMode: string;
  usernsMode: string;
  privileged: boolean;
  capAdd: string[];
  devices: number;
  publishedPorts: number;
  restartPolicy: string;
}

/** What of the live machine a container must not touch, by the engine's names. */
export interface LiveThings {
  /** Volumes and networks of the stack, those without a name of their own included. */
  volumes: string[];
  networks: string[];
  /** The ids of the containers on the twin: whose namespaces may be joined. */
  containers: string[];
}

/** What the engine names a volume that nobody has named. */
const ANONYMOUS = /^[0-9a-f]{64}$/;

/**
 * Every way in which a created container reaches past its twin, in plain words. `refuseLive` asks the same of the document;
 * this asks it of what came of that, before it is started.
 */
export function refuseLiveContainer(made: MadeContainer, live: LiveThings, bounds: TwinBounds): string[] {
  return [
    ...(made.project === bounds.project ? [] : [`it is of the project ${made.project ?? 'of nobody'}`]),
    ...made.mounts.flatMap((mount) => mountReasons(mount, live, bounds)),
    ...made.networks
      .filter((name) => name !== 'none' && (!name.startsWith(`${bounds.project}_`) || live.networks.includes(name)))
      .map((name) => `it is on the network ${name}`),
    ...namespaceReasons(made, live),
    ...(made.privileged ? ['it is privileged'] : []),
    ...(made.capAdd.length > 0 ? [`it has added capabilities (${made.capAdd.join(', ')})`] : []),
    ...(made.devices > 0 ? ['it uses devices'] : []),
    ...(made.publishedPorts > 0 ? ['it publishes ports'] : []),
    ...(['', 'no'].includes(made.restartPolicy) ? [] : [`Docker restarts it (${made.restartPolicy})`]),
  ];
}

function mountReasons(mount: MadeContainer['mounts'][number], live: LiveThings, bounds: TwinBounds): string[] {
  const { type, name, source = '', writable, target } = mount;
  if (type === 'tmpfs' || type === 'image') return [];
  if (type === 'bind') {
    const isOwn = source.startsWith(`${bounds.ownFolder}/`);
    return writable && !isOwn ? [`it may write to ${source} (at ${target})`] : [];
  }
  if (type !== 'volume' || name === undefined) return [`it mounts a ${type} at ${target}`];
  const isOwn = (name.startsWith(`${bounds.project}_`) || ANONYMOUS.test(name)) && !live.volumes.includes(name);
  return isOwn ? [] : [`it mounts the volume ${name} (at ${target})`];
}

function namespaceReasons(made: MadeContainer, { containers }: LiveThings): string[] {
  const modes = {
    'the network of': made.networkMode,
    'the processes of': made.pidMode,
    'the IPC of': made.ipcMode,
    'the host name of': made.utsMode,
    'the users of': made.usernsMode,
  };
  return Object.entries(modes).flatMap(([what, mode]) => {
    const joined = /^container:(.+)$/.exec(mode)?.[1];
    if (joined !== undefined) return containers.includes(joined) ? [] : [`it joins ${what} the container ${joined}`];
    return mode === 'host' ? [`it joins ${what} the host`] : [];
  });
}
