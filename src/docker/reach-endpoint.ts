import { clientsFor } from '../gates/endpoint-clients.js';
import type { Answer, Endpoint, Reached } from '../gates/endpoint.js';
import { askSocket, shownHost, type Target } from './ask-socket.js';
import type { ContainerInspect, Engine } from './engine.js';

const CLIENTS = 'curl, wget, node, python3, bash, nc';
/** What asking from within may take on top of the endpoint's own time. */
const EXEC_OWN_MS = 2000;

type Asked = Pick<Engine, 'exec' | 'inspect'>;

/**
 * Asks one container for one of its endpoints: at a host port that this very container publishes, at its address, and by
 * a client in its image, whichever answers first. Nobody listening is believed only where there is no other way left:
 * a server may listen on its loopback alone, and a proxy of Docker's may stand before one that has gone.
 */
export async function reachEndpoint(
  engine: Asked,
  container: ContainerInspect,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<Reached> {
  const holder = await networkHolder(engine, container);
  const published = holder ? publishedTargets(holder, endpoint.port) : [];
  const addresses = holder ? addressTargets(holder, endpoint.port) : [];
  const sockets = [
    ...published.map((target) => ({ target, via: `published at ${shownHost(target)}` })),
    ...addresses.map((target) => ({
      target,
      via: isHostNetwork(holder!) ? "on the host's network" : `at ${shownHost(target)}`,
    })),
  ];
  let refused: Reached | undefined;
  for (const { target, via } of sockets) {
    const startedAt = performance.now();
    const reached = reachedBy(via, endpoint, await askSocket(endpoint, target, signal), startedAt);
    if (isAnswer(reached.answer)) return reached;
    if (reached.answer.kind === 'refused') refused ??= reached;
  }
  // What is published is for others to connect to: that it would answer itself is no help.
  if (refused && (published.length > 0 || isHostNetwork(holder!))) return refused;
  const within = await fromWithin(engine, container.Id, endpoint, signal);
  if (within) return within;
  const outside = refused
    ? `nobody listens ${refused.via} (it may listen on its loopback alone)`
    : 'it has no address that this host can reach';
  const what = `${outside}, and its image has no client (${CLIENTS}) to ask from within`;
  return { answer: { kind: 'unreachable', what }, via: 'not reached', durationMs: 0 };
}

/** The container ports that a container publishes over TCP; UDP has no connection to test. */
export function publishedPorts(container: ContainerInspect): number[] {
  return Object.entries(bindingsOf(container)).flatMap(([port, bindings]) => {
    const [number, protocol] = port.split('/');
    return protocol === 'tcp' && bindings && bindings.length > 0 ? [Number(number)] : [];
  });
}

/** The container whose network this one uses: its own, or that of one which it has joined (`network_mode: service:x`). */
async function networkHolder(engine: Asked, container: ContainerInspect): Promise<ContainerInspect | undefined> {
  const joined = /^container:(.+)$/.exec(container.HostConfig.NetworkMode ?? '')?.[1];
  return joined === undefined ? container : engine.inspect(joined);
}

/** Looked up at the engine for every container, so that an ephemeral port is found, and nobody else's is. */
function publishedTargets(container: ContainerInspect, port: number): Target[] {
  const bindings = bindingsOf(container)[`${port}/tcp`] ?? [];
  const targets = bindings.map(({ HostIp, HostPort }) => {
    return { host: localAddress(HostIp), port: Number(HostPort), proxied: true };
  });
  // IPv4 first: that is where most clients come from, and IPv6 may be off.
  return targets.sort((a, b) => Number(a.host.includes(':')) - Number(b.host.includes(':'))).slice(0, 1);
}

function addressTargets(container: ContainerInspect, port: number): Target[] {
  if (isHostNetwork(container)) return [{ host: '127.0.0.1', port, proxied: false }];
  const networks = Object.values(container.NetworkSettings.Networks ?? {});
  return networks.flatMap(({ IPAddress, GlobalIPv6Address }) => {
    const host = IPAddress || GlobalIPv6Address;
    return host ? [{ host, port, proxied: false }] : [];
  });
}

function isHostNetwork({ HostConfig }: ContainerInspect): boolean {
  return HostConfig.NetworkMode === 'host';
}

type Bindings = Record<string, { HostIp: string; HostPort: string }[] | null | undefined>;

function bindingsOf({ NetworkSettings }: ContainerInspect): Bindings {
  return (NetworkSettings.Ports as Bindings | null | undefined) ?? {};
}

/** A port that is published on all addresses is asked at the loopback one. */
function localAddress(hostIp: string): string {
  if (hostIp === '' || hostIp === '0.0.0.0') return '127.0.0.1';
  return hostIp === '::' ? '::1' : hostIp;
}

async function fromWithin(
  engine: Asked,
  containerId: string,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<Reached | undefined> {
  const timeoutMs = endpoint.timeoutMs + EXEC_OWN_MS;
  for (const { name, command, read } of clientsFor(endpoint)) {
    const startedAt = performance.now();
    const result = await engine.exec(containerId, command, { timeoutMs, signal });
    const answer: Answer | undefined = result.timedOut ? { kind: 'timeout' } : read(result);
    if (answer) return reachedBy(`by ${name} within the container`, endpoint, answer, startedAt);
  }
  return undefined;
}

function reachedBy(via: string, endpoint: Endpoint, answer: Answer, startedAt: number): Reached {
  const unverified = endpoint.kind === 'http' && endpoint.scheme === 'https';
  return { answer, via, durationMs: performance.now() - startedAt, ...(unverified ? { unverified } : {}) };
}

/** Whether it says something of the server, rather than of the way to it. */
function isAnswer({ kind }: Answer): boolean {
  return kind !== 'refused' && kind !== 'unreachable';
}
