import { isOneShot } from '../plan/gate-for.js';
import type { StackSpec } from '../spec/stack-spec.js';
import type { Answer } from './judge-service.js';

/** A way that one service takes to another. */
export interface Link {
  from: string;
  to: string;
}

/** What is asked from within a container. */
export interface LinkQuestion {
  /** The name that the dependency goes by. */
  host: string;
  /** TCP ports that it may listen on; empty where it names none. */
  ports: number[];
}

/** What is known of the other side. */
export interface LinkEnd {
  /** Its containers' addresses. */
  addresses: string[];
  /**
   * Where its ports come from: its endpoints, which are asked for; or what its image exposes, which a setting of the server may
   * contradict, of a store or of anything else.
   */
  portsFrom: 'endpoints' | 'image of a store' | 'image';
}

/** What the way looks like from within. */
export interface LinkSeen {
  /** Addresses that the name leads to; empty: none. */
  addresses: string[];
  ports: { port: number; answer: 'connected' | 'refused' | 'timeout' | 'failed' }[];
}

/** Ways along `depends_on`; not to what is meant to end. */
export function linksOf(spec: StackSpec): Link[] {
  return Object.values(spec.services).flatMap(({ name, dependsOn }) =>
    dependsOn.flatMap(({ service, condition }): Link[] => {
      const to = spec.services[service];
      const ends = condition === 'completed' || (to !== undefined && isOneShot(spec, to, []));
      return to === undefined || ends || to.scale === 0 ? [] : [{ from: name, to: service }];
    }),
  );
}

/**
 * Whether a service reaches one that it depends on: its name has to lead to a container of that service, and one of the ports it
 * names has to take a connection. `seen` is undefined where the image has no program to ask with.
 */
export function judgeLink({ to }: Link, { addresses, portsFrom }: LinkEnd, seen: LinkSeen | undefined): Answer {
  if (!seen) {
    const reason = `${to}: no program to ask the way with in its image (node, python3, or a shell with getent and bash or nc)`;
    return { verdict: 'inconclusive', reason };
  }
  const next = `evenkeel status ${to}; docker network inspect shows who is on the network`;
  if (seen.addresses.length === 0) return { verdict: 'fail', reason: `the name ${to} leads nowhere`, next };
  if (!seen.addresses.some((address) => addresses.includes(address))) {
    const reason = `the name ${to} leads to ${seen.addresses.join(', ')}, which is no container of it: another project answers to that name`;
    return { verdict: 'fail', reason, next };
  }
  if (seen.ports.length === 0) return { verdict: 'pass', reason: `the name ${to} leads to it; it names no port` };
  const open = seen.ports.find(({ answer }) => answer === 'connected');
  if (open) return { verdict: 'pass', reason: `${to}:${open.port} takes connections` };
  const said = seen.ports.map(({ port, answer }) => `${to}:${port} ${WORDS[answer]}`).join('; ');
  const elsewhere = portsFrom !== 'endpoints' && seen.ports.every(({ answer }) => answer === 'refused');
  if (!elsewhere) return { verdict: 'fail', reason: said, next };
  const reason = `the name ${to} leads to it; ${said}, which its image exposes: it may listen elsewhere`;
  return portsFrom === 'image' ? { verdict: 'pass', reason } : { verdict: 'inconclusive', reason, next };
}

const WORDS = {
  connected: 'takes connections',
  refused: 'refuses connections',
  timeout: 'does not answer',
  failed: 'cannot be reached',
};
