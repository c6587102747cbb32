import type { Dependency, ServiceSpec, StackSpec } from '../spec/stack-spec.js';
import type { ObservedContainer } from './observed-stack.js';
import type { GateSpec } from './plan.js';

/** Whether a container is up, or how it ended: all that tells what a service is meant to do. */
export type ContainerEnd = Pick<ObservedContainer, 'state' | 'exitCode'>;

/**
 * Whether a service is meant to end: because another service waits for its completion, or because it looks like it
 * (`looksLikeOneShot`).
 */
export function isOneShot(spec: StackSpec, service: ServiceSpec, containers: ContainerEnd[]): boolean {
  return conditionsOn(spec, service).includes('completed') || looksLikeOneShot(spec, service, containers);
}

/**
 * It has ended well, and it may (`mayEnd`). Nobody has said that it is meant to, so this is a guess: a server that was
 * stopped by hand looks different only in its ports.
 */
export function looksLikeOneShot(spec: StackSpec, service: ServiceSpec, containers: ContainerEnd[]): boolean {
  const endedWell =
    containers.length > 0 && containers.every(({ state, exitCode }) => state === 'exited' && exitCode === 0);
  return endedWell && mayEnd(spec, service, containers);
}

/**
 * Nothing would restart it, nothing checks its health, nothing needs it up, and it does not run: it may be meant to end.
 * What has been up until now is expected to stay up, whatever replaces it.
 */
export function mayEnd(spec: StackSpec, service: ServiceSpec, containers: ContainerEnd[]): boolean {
  return (
    containers.every(({ state }) => state !== 'running') &&
    service.restart === 'no' &&
    service.healthcheck !== 'own' &&
    service.ports.length === 0 &&
    conditionsOn(spec, service).length === 0
  );
}

/** What the other services ask of it before they start. */
function conditionsOn(spec: StackSpec, service: ServiceSpec): Dependency['condition'][] {
  return Object.values(spec.services)
    .flatMap(({ dependsOn }) => dependsOn)
    .filter((dependency) => dependency.service === service.name)
    .map(({ condition }) => condition);
}

/** How a service is judged under its policy; `before` is what is known of one whose containers are not new. */
export function gateFor(
  spec: StackSpec,
  service: ServiceSpec,
  containers: ContainerEnd[],
  before: Pick<GateSpec, 'leftAlone' | 'wasSick'> = {},
): GateSpec {
  const { timeoutMs, stableForMs, probe, onInconclusive } = service.health;
  const oneShot = isOneShot(spec, service, containers);
  return {
    kind: oneShot ? 'one-shot' : 'long-running',
    timeoutMs,
    // What has ended stays ended.
    stableForMs: oneShot ? 0 : stableForMs,
    probe,
    onInconclusive,
    ...(!oneShot && mayEnd(spec, service, containers) ? { mayEnd: true } : {}),
    ...(before.leftAlone ? { leftAlone: true } : {}),
    ...(before.wasSick ? { wasSick: true } : {}),
  };
}
