import type { ObservedContainer } from '../plan/observed-stack.js';
import { shortId } from '../plan/words.js';
import type { Finding } from '../spec/finding.js';
import type { StackSpec } from '../spec/stack-spec.js';

/** What was released of a service, as far as drift goes. */
export interface ReleasedLook {
  scale: number;
  imageId: string;
  /** Compose's hashes of its configuration: what its containers carried, and what they may carry besides. */
  configHashes: readonly string[];
}

/**
 * How what runs differs from what was released: another image or configuration, more containers, services of no file. That
 * something is missing is for the service's own check to say.
 */
export function driftFindings(
  containers: ObservedContainer[],
  released: Record<string, ReleasedLook>,
  { services, inactiveServices }: Pick<StackSpec, 'services' | 'inactiveServices'>,
  release: string,
): Finding[] {
  const findings: Finding[] = [];
  const say = (rule: string, service: string, message: string, remedy: string): void => {
    findings.push({ rule, severity: 'warning', service, message, remedy });
  };
  const counts = new Map<string, number>();
  for (const container of containers) {
    const { service, name, imageId, configHash, leftoverOf } = container;
    if (leftoverOf !== undefined) {
      say('leftover', service, `${name} was left behind by an interrupted replace`, 'the next deployment clears it up');
      continue;
    }
    counts.set(service, (counts.get(service) ?? 0) + 1);
    const before = released[service];
    if (!before) {
      if (service in services || inactiveServices.includes(service)) continue;
      say(
        'orphan',
        service,
        `${name} belongs to a service that the configuration does not have`,
        `docker rm -f ${name}`,
      );
      continue;
    }
    const deploy = `evenkeel plan ${service} says what a deployment would change`;
    if (imageId !== before.imageId) {
      const message = `${name} runs the image ${shortId(imageId)}, and release ${release} has ${shortId(before.imageId)}`;
      say('drift', service, message, deploy);
    }
    if (!before.configHashes.includes(configHash)) {
      say('drift', service, `${name} has another configuration than release ${release}`, deploy);
    }
  }
  for (const [service, { scale }] of Object.entries(released)) {
    const count = counts.get(service) ?? 0;
    if (count > scale) {
      say(
        'drift',
        service,
        `it has ${count} containers, and release ${release} has ${scale}`,
        `evenkeel plan ${service}`,
      );
    }
  }
  return findings;
}
