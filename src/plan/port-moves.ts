import type { Finding } from '../spec/finding.js';
import type { StackSpec } from '../spec/stack-spec.js';
import { collide, portText, type HostPort } from './addresses.js';
import type { ObservedStack } from './observed-stack.js';
import { mutatingSteps, type Plan } from './plan.js';

/** A port of the host that one service holds now and gives up, and another one is to have. */
export interface PortMove {
  port: HostPort;
  from: string;
  to: string;
}

/** The ports that move between services that change. One that its holder keeps moves nowhere: preflight knows of it. */
export function portMoves(spec: StackSpec, { containers }: ObservedStack, changed: string[]): PortMove[] {
  return changed.flatMap((to) =>
    wantedPorts(spec, to).flatMap((port) => {
      const holders = containers.filter(({ ports }) => ports?.some((held) => collide(held, port)));
      const others = [...new Set(holders.map(({ service }) => service))].filter(
        (from) => from !== to && changed.includes(from) && !wantedPorts(spec, from).some((kept) => collide(kept, port)),
      );
      return others.map((from) => ({ port, from, to }));
    }),
  );
}

/** A port of 0 is one that the engine chooses. */
function wantedPorts({ services }: StackSpec, name: string): HostPort[] {
  const { ports, scale } = services[name]!;
  return scale === 0 ? [] : ports.filter(({ hostPort }) => hostPort !== 0);
}

/** Ports that a plan would take before they are given up: what depends on what leaves no other order. */
export function portObstacles(spec: StackSpec, observed: ObservedStack, plan: Plan): Finding[] {
  const place = new Map<string, { wave: number; turn: number }>();
  plan.waves.forEach((wave, at) => wave.forEach(({ service }, turn) => place.set(service, { wave: at, turn })));
  const comesBefore = (one: string, other: string): boolean => {
    const [a, b] = [place.get(one)!, place.get(other)!];
    return a.wave < b.wave || (a.wave === b.wave && !plan.together && a.turn < b.turn);
  };
  const changed = mutatingSteps(plan).map(({ service }) => service);
  return portMoves(spec, observed, changed)
    .filter(({ from, to }) => !comesBefore(from, to))
    .map(({ port, from, to }) => ({
      rule: 'port-moves',
      severity: 'error',
      service: to,
      message: `port ${portText(port)} is to move here from ${from}, which holds it and starts after ${to}`,
      remedy: `deploy in two steps: first with ${to} on another port or none, then as it is to be`,
    }));
}
