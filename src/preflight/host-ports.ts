import type { Finding } from '../spec/finding.js';
import type { StackSpec } from '../spec/stack-spec.js';
import { collide, portText, type HostPort } from '../plan/addresses.js';

export type { HostPort } from '../plan/addresses.js';

/** A container that publishes a port. `project` and `service` are there where Compose made it. */
export interface ContainerPort extends HostPort {
  container: string;
  project?: string;
  service?: string;
}

/** Everything that holds a port of the host now. */
export interface HeldPorts {
  containers: ContainerPort[];
  /** Sockets of any program, the engine's own among them. */
  sockets: HostPort[];
}

/**
 * Whether the ports that these services publish are free, or will be: a port that the service's own containers hold is
 * its own, and one that a service gives up in the same deployment is only mentioned: the plan has an order for it.
 */
export function checkHostPorts(spec: StackSpec, deployed: string[], held: HeldPorts): Finding[] {
  return [
    ...publishedTwice(spec, deployed),
    ...deployed.flatMap((service) =>
      portsOf(spec, service).flatMap((port) => {
        const holders = oneOfEach(held.containers.filter((holder) => collide(holder, port)));
        if (holders.length > 0)
          return holders.flatMap((holder) => holderFinding(spec, deployed, service, port, holder));
        return held.sockets.some((socket) => collide(socket, port)) ? [strangerFinding(service, port)] : [];
      }),
    ),
  ];
}

/** The engine lists a port twice that it publishes on both address families. */
function oneOfEach(holders: ContainerPort[]): ContainerPort[] {
  return [...new Map(holders.map((holder) => [holder.container, holder])).values()];
}

/** A port of 0 is one that the engine chooses. */
function portsOf(spec: StackSpec, service: string): HostPort[] {
  return spec.services[service]!.ports.filter(({ hostPort }) => hostPort !== 0);
}

function holderFinding(
  spec: StackSpec,
  deployed: string[],
  service: string,
  port: HostPort,
  holder: ContainerPort,
): Finding[] {
  const ours = holder.project === spec.project;
  const where = `port ${portText(port)} is held by container ${holder.container}`;
  if (!ours) {
    const owner = holder.project === undefined ? '' : ` of project ${holder.project}`;
    return [
      taken(
        'port-taken',
        service,
        `${where}${owner}`,
        `stop it, or publish ${service} on another port: docker stop ${holder.container}`,
      ),
    ];
  }
  if (holder.service === service) return [];
  if (holder.service === undefined || !(holder.service in spec.services)) {
    return [
      taken(
        'port-held-by-orphan',
        service,
        `${where}, an orphan of this stack: its file no longer names ${holder.service ?? 'its service'}`,
        `docker rm -f ${holder.container} (its volumes stay)`,
      ),
    ];
  }
  const givenUp = !portsOf(spec, holder.service).some((other) => collide(other, port));
  if (!givenUp) return []; // Published twice, and found as such.
  if (deployed.includes(holder.service)) {
    return [
      {
        rule: 'port-moves',
        severity: 'warning',
        service,
        message: `port ${portText(port)} moves here from ${holder.service}, which is replaced first; nobody answers on it meanwhile`,
      },
    ];
  }
  return [
    taken(
      'port-taken',
      service,
      `${where} of ${holder.service}, which is not deployed`,
      `deploy ${holder.service} too`,
    ),
  ];
}

function strangerFinding(service: string, port: HostPort): Finding {
  const tool = port.protocol === 'tcp' ? 'ss -ltnp' : 'ss -lunp';
  return taken(
    'port-taken',
    service,
    `port ${portText(port)} is held by a program outside Docker`,
    `find it with ${tool} 'sport = :${port.hostPort}', or publish ${service} on another port`,
  );
}

/** Two services, or two containers of one, that ask for the same port: the second cannot start. */
function publishedTwice(spec: StackSpec, deployed: string[]): Finding[] {
  return deployed.flatMap((service) =>
    portsOf(spec, service).flatMap((port, index) => {
      const { scale } = spec.services[service]!;
      const scaled =
        scale > 1
          ? [
              taken(
                'port-twice',
                service,
                `${scale} containers cannot all have port ${portText(port)}`,
                'publish a range, or none and put a proxy before it',
              ),
            ]
          : [];
      const again = portsOf(spec, service)
        .slice(index + 1)
        .some((other) => collide(other, port));
      const others = Object.keys(spec.services).filter(
        (other) =>
          other !== service &&
          spec.services[other]!.scale > 0 &&
          portsOf(spec, other).some((theirs) => collide(theirs, port)),
      );
      const rivals = [...(again ? [service] : []), ...others];
      // Of two services that are both deployed, one says it.
      const tellers = rivals.filter((rival) => rival === service || !deployed.includes(rival) || service < rival);
      return [
        ...scaled,
        ...tellers.map((rival) =>
          taken(
            'port-twice',
            service,
            rival === service
              ? `publishes port ${portText(port)} twice`
              : `publishes port ${portText(port)}, and so does ${rival}`,
            'give one of them another port',
          ),
        ),
      ];
    }),
  );
}

function taken(rule: string, service: string, message: string, remedy: string): Finding {
  return { rule, severity: 'error', service, message, remedy };
}
