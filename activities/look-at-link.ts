import type { ContainerInspect, Engine } from '../src/docker/engine.js';
import { linkClients } from '../src/health/link-clients.js';
import type { Answer } from '../src/health/judge-service.js';
import { judgeLink, type Link, type LinkEnd, type LinkQuestion, type LinkSeen } from '../src/health/links.js';
import type { Check } from '../src/spec/check-report.js';
import type { ServingStack } from './serving-stack.js';
import { endpointsOfContainer } from './test-endpoints.js';
import type { World } from './world.js';

const TIMEOUT_MS = 20_000;
const MOST_PORTS = 4;

/**
 * Asks one way along `depends_on` from within the dependent's container. Undefined where there is nothing to ask: the dependent does
 * not run, or the two share no network, so that the dependency is about order alone.
 */
export async function lookAtLink(
  { world, serving, signal }: { world: World; serving: ServingStack; signal: AbortSignal },
  link: Link,
): Promise<Check | undefined> {
  const startedAt = performance.now();
  const running = (service: string): ContainerInspect[] =>
    serving.containers.flatMap(({ observed, inspect }) =>
      observed.service === service && observed.state === 'running' && observed.leftoverOf === undefined
        ? [inspect]
        : [],
    );
  const [from] = running(link.from);
  const others = running(link.to);
  if (!from || serving.release?.services[link.to]?.state === 'stopped' || !hasOwnNetworks(others)) return undefined;
  const check = ({ verdict, reason, next }: Answer): Check => ({
    ...{ check: 'reaches', service: link.from, verdict, reason: serving.redact(reason) },
    ...(verdict === 'pass' || next === undefined ? {} : { next }),
    durationMs: Math.round(performance.now() - startedAt),
  });
  if (others.length === 0) {
    return check({ verdict: 'fail', reason: `${link.to} does not run`, next: `evenkeel status ${link.to}` });
  }
  const networks = await networksOf(world.engine, from);
  const addresses = others.flatMap((container) =>
    Object.entries(container.NetworkSettings.Networks ?? {})
      .filter(([name]) => networks.includes(name))
      .flatMap(([, { IPAddress, GlobalIPv6Address }]) => [IPAddress, GlobalIPv6Address].filter((address) => address)),
  );
  if (addresses.length === 0) return undefined;

  const { ports, portsFrom } = portsOf(serving, link, others[0]!);
  const seen = await ask(world.engine, from, { host: link.to, ports }, signal);
  return check(judgeLink(link, { addresses, portsFrom }, seen));
}

/** Names lead to containers on networks of their own alone. */
function hasOwnNetworks(containers: ContainerInspect[]): boolean {
  return containers.every(({ HostConfig }) => !/^(host$|none$|container:)/.test(HostConfig.NetworkMode ?? ''));
}

/** Those of the container that it has joined, where it has joined one. */
async function networksOf(engine: Engine, container: ContainerInspect): Promise<string[]> {
  const joined = /^container:(.+)$/.exec(container.HostConfig.NetworkMode ?? '')?.[1];
  const holder = joined === undefined ? container : await engine.inspect(joined);
  return holder?.HostConfig.NetworkMode === 'host' ? [] : Object.keys(holder?.NetworkSettings.Networks ?? {});
}

function portsOf(
  { spec, stores }: ServingStack,
  { to }: Link,
  container: ContainerInspect,
): { ports: number[]; portsFrom: LinkEnd['portsFrom'] } {
  const endpoints = endpointsOfContainer(container, spec.services[to]!);
  if (endpoints.length > 0) {
    // What a healthcheck asks may listen on the loopback alone.
    const isForOthers = endpoints.every(({ origin }) => origin !== 'healthcheck');
    const ports = [...new Set(endpoints.map(({ port }) => port))].slice(0, MOST_PORTS);
    return { ports, portsFrom: isForOthers ? 'endpoints' : 'image' };
  }
  const exposed = Object.keys(container.Config.ExposedPorts ?? {})
    .filter((port) => port.endsWith('/tcp'))
    .map((port) => Number.parseInt(port, 10));
  return { ports: exposed.slice(0, MOST_PORTS), portsFrom: to in stores ? 'image of a store' : 'image' };
}

async function ask(
  engine: Engine,
  { Id }: ContainerInspect,
  question: LinkQuestion,
  signal: AbortSignal,
): Promise<LinkSeen | undefined> {
  for (const { command, read } of linkClients(question)) {
    const end = await engine.exec(Id, command, { timeoutMs: TIMEOUT_MS, signal });
    const seen = read(end);
    if (seen) return seen;
  }
  return undefined;
}
