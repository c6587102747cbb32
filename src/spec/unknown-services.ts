import type { Finding } from './finding.js';
import { nearestOf } from './nearest.js';
import type { StackSpec } from './stack-spec.js';

/** Services that somebody named and the configuration does not have, each with the one that was likely meant. */
export function unknownServices(named: string[], { services, inactiveServices }: StackSpec): Finding[] {
  const known = Object.keys(services);
  return named
    .filter((name) => !known.includes(name))
    .map((name) => ({
      rule: 'unknown-service',
      severity: 'error',
      message: inactiveServices.includes(name)
        ? `service ${name} belongs to a profile that is not active`
        : `there is no service ${name}`,
      remedy: inactiveServices.includes(name)
        ? 'add its profile to the stack: evenkeel stack add --profile …'
        : meant(name, known),
    }));
}

function meant(name: string, known: string[]): string {
  const nearest = nearestOf(name, known);
  return nearest === undefined ? `the services are ${known.sort().join(', ')}` : `did you mean ${nearest}?`;
}
