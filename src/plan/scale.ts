import type { ServiceSpec } from '../spec/stack-spec.js';
import type { ObservedContainer } from './observed-stack.js';
import type { ReleaseFacts } from './release-facts.js';

/**
 * How many containers a service is going to have. Somebody may have scaled it up by hand, and a deployment must not
 * take that back; but a file that has changed since the last release says what is wanted now, and a service that has
 * fewer containers than its file asks for is not what was asked for.
 *
 * `kept` is true where the observed number wins over the file's.
 */
export function decideScale(
  service: ServiceSpec,
  containers: ObservedContainer[],
  last?: ReleaseFacts,
): { scale: number; kept: boolean } {
  const asked = service.scale;
  if (containers.length <= asked) return { scale: asked, kept: false };
  const before = last?.services[service.name]?.scale;
  // Without a release to compare with, the default of 1 says nothing; any other number was written down.
  const fileSaysSo = before === undefined ? asked !== 1 : asked !== before;
  return fileSaysSo ? { scale: asked, kept: false } : { scale: containers.length, kept: true };
}
