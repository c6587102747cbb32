import type { StackSpec } from '../spec/stack-spec.js';
import { dependenciesOf } from './blast-radius.js';
import { containersOf, type ObservedContainer, type ObservedServices } from './observed-stack.js';

/** What is wanted of one service. */
export interface UpWish {
  service: string;
  scale: number;
  /** Create anew although Compose sees no difference. */
  force: boolean;
  /** Whether its containers are to run in the end. */
  start: boolean;
}

/** States in which Compose lets a container of a dependency be. */
const LEFT_ALONE: ObservedContainer['state'][] = ['running', 'restarting', 'exited', 'created'];

/**
 * The arguments that make Compose create one service and touch no other. Of what was observed, only the services that it
 * depends on count.
 *
 * `--no-deps` does that. But where the hash that Compose labels with is made of `depends_on` (before 2.29.3), it labels
 * the containers so that the next plain `docker compose up -d` recreates them. There Compose is asked to create the
 * service with its dependencies and to start nothing, which is left to whoever asks (`startsByItself`): with a scale
 * given for each, it leaves dependencies alone that are what the file asks for. If one of them is not, `--no-deps`
 * remains, and that plain `up` has work to do anyway.
 */
export function upArgs(
  spec: StackSpec,
  observed: ObservedServices,
  { service, scale, force, start }: UpWish,
): string[] {
  const fixed = ['--no-build', '--pull', 'never', ...(force ? ['--force-recreate'] : [])];
  const wanted = ['--scale', `${service}=${scale}`, service];
  const dependencies = [...dependenciesOf(spec, service)].sort();
  const needsThem = spec.services[service]!.configHashAlone !== undefined;
  if (!needsThem || !dependencies.every((name) => isSettled(spec, observed, name))) {
    return ['up', start ? '-d' : '--no-start', '--no-deps', ...fixed, ...wanted];
  }
  const asTheyAre = dependencies.flatMap((name) => ['--scale', `${name}=${containersOf(observed, name).length}`]);
  return ['up', '--no-start', ...fixed, ...asTheyAre, ...wanted];
}

/** Whether Compose starts what these arguments make it create. */
export function startsByItself(args: string[]): boolean {
  return !args.includes('--no-start');
}

/** Compose sees nothing to do in it. */
function isSettled(spec: StackSpec, observed: ObservedServices, service: string): boolean {
  const { configHash, image } = spec.services[service]!;
  return observed.containers
    .filter((container) => container.service === service)
    .every(
      (container) =>
        container.leftoverOf === undefined &&
        container.configHash === configHash &&
        container.imageId === observed.images[image] &&
        LEFT_ALONE.includes(container.state),
    );
}
