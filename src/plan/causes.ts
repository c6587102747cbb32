import type { ServiceSpec, StackSpec } from '../spec/stack-spec.js';
import { contentChanges } from './content-changes.js';
import { isOneShot } from './gate-for.js';
import { containersOf, type ObservedContainer, type ObservedStack } from './observed-stack.js';
import type { ReleaseFacts } from './release-facts.js';
import { decideScale } from './scale.js';
import { compareText, count, shortId } from './words.js';

/** One reason why a service's containers are not what is asked for. */
export interface Cause {
  kind: CauseKind;
  /** In plain words: `image changed: 3f2a91c0ffee → 91ab12345678`. */
  text: string;
}

/**
 * What each kind of cause means for the step, weightiest first.
 *
 * - `renews`: a container is created, or starts afresh, so whatever hangs on it is reached.
 * - `force`: Compose sees no difference, and leaves the container alone unless it is told to recreate it.
 *
 * `begun` is what remains to be said of a service that is already as asked, by the doing of the run's former self.
 */
export const CAUSE_KINDS = {
  absent: { renews: true, force: false },
  image: { renews: true, force: false },
  configuration: { renews: true, force: false },
  content: { renews: true, force: true },
  stopped: { renews: true, force: false },
  stuck: { renews: true, force: true },
  detached: { renews: true, force: true },
  joins: { renews: true, force: true },
  'restarts-with': { renews: true, force: true },
  'waited-for': { renews: true, force: true },
  scale: { renews: false, force: false },
  leftover: { renews: false, force: false },
  begun: { renews: true, force: false },
} as const;

export type CauseKind = keyof typeof CAUSE_KINDS;

/** Weightiest first; equal ones by their text, so that the order never depends on the order of keys. */
export function sortCauses(causes: Cause[]): Cause[] {
  const weight = Object.keys(CAUSE_KINDS);
  return [...causes].sort((a, b) => weight.indexOf(a.kind) - weight.indexOf(b.kind) || compareText(a.text, b.text));
}

/** Every reason of its own that a service has to change; what other services do to it is not looked at here. */
export function ownCauses(
  spec: StackSpec,
  service: ServiceSpec,
  observed: ObservedStack,
  last?: ReleaseFacts,
): Cause[] {
  const containers = containersOf(observed, service.name);
  return sortCauses([
    ...absence(service, containers),
    ...imageCauses(service, containers, observed.images[service.image] ?? null),
    ...configurationCauses(service, containers),
    ...contentChanges(service, containers, last),
    ...stateCauses(spec, service, containers),
    ...attachmentCauses(spec, service, containers),
    ...scaleCauses(service, containers, last),
    ...leftoverCauses(service, observed),
  ]);
}

function absence(service: ServiceSpec, containers: ObservedContainer[]): Cause[] {
  return containers.length === 0 && service.scale > 0 ? [{ kind: 'absent', text: 'has no container yet' }] : [];
}

function imageCauses(service: ServiceSpec, containers: ObservedContainer[], imageId: string | null): Cause[] {
  const renamed = containers.find(
    ({ imageRef, configHash }) =>
      imageRef !== service.image && !imageRef.startsWith('sha256:') && configHash !== service.configHash,
  );
  if (renamed) return [{ kind: 'image', text: `image changed: ${renamed.imageRef} → ${service.image}` }];
  const old = containers.find((container) => imageId !== null && container.imageId !== imageId);
  return old ? [{ kind: 'image', text: `image changed: ${shortId(old.imageId)} → ${shortId(imageId!)}` }] : [];
}

/** A container that was made by `up --no-deps` is what the file asks for, whatever an older Compose labels it with. */
function configurationCauses(service: ServiceSpec, containers: ObservedContainer[]): Cause[] {
  const asked = [service.configHash, service.configHashAlone];
  const differs = containers.some(({ configHash }) => !asked.includes(configHash));
  return differs ? [{ kind: 'configuration', text: 'configuration changed' }] : [];
}

function stateCauses(spec: StackSpec, service: ServiceSpec, containers: ObservedContainer[]): Cause[] {
  const oneShot = isOneShot(spec, service, containers);
  const causes = containers.flatMap((container): Cause[] => {
    const { state, exitCode } = container;
    switch (state) {
      case 'running':
      case 'restarting':
        return [];
      case 'exited':
        if (oneShot && exitCode === 0) return [];
        return [{ kind: 'stopped', text: `not running: exited${exitCode === undefined ? '' : ` with ${exitCode}`}` }];
      case 'created':
        return [{ kind: 'stopped', text: 'not running: created and never started' }];
      case 'paused':
      case 'removing':
      case 'dead':
        return [{ kind: 'stuck', text: `not running: ${state}` }];
    }
  });
  return causes.filter(({ text }, index) => causes.findIndex((cause) => cause.text === text) === index);
}

/** Somebody disconnected it by hand; Compose compares configurations, and would see no difference. */
function attachmentCauses(spec: StackSpec, service: ServiceSpec, containers: ObservedContainer[]): Cause[] {
  const wanted = service.networks.flatMap((key) => spec.networks[key]?.name ?? []).sort(compareText);
  const missing = wanted.filter((name) => containers.some(({ networks }) => !networks.includes(name)));
  // A changed configuration may be what attaches it; then this says nothing new.
  if (configurationCauses(service, containers).length > 0) return [];
  return missing.map((name) => ({ kind: 'detached', text: `not attached to network ${name}` }));
}

function scaleCauses(service: ServiceSpec, containers: ObservedContainer[], last?: ReleaseFacts): Cause[] {
  if (containers.length === 0) return [];
  const { scale } = decideScale(service, containers, last);
  return scale === containers.length ? [] : [{ kind: 'scale', text: `scale ${containers.length} → ${scale}` }];
}

function leftoverCauses(service: ServiceSpec, observed: ObservedStack): Cause[] {
  const leftovers = observed.containers.filter(
    (container) => container.service === service.name && container.leftoverOf !== undefined,
  );
  if (leftovers.length === 0) return [];
  const names = leftovers.map(({ name }) => name).sort(compareText);
  return [
    {
      kind: 'leftover',
      text: `${count(leftovers.length, 'container')} left behind by an interrupted Compose: ${names.join(', ')}`,
    },
  ];
}
