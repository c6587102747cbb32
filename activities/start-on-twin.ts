import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { ContainerInspect } from '../src/docker/engine.js';
import { sweepLeftovers } from '../src/docker/leftovers.js';
import { OneAtATime } from '../src/docker/one-at-a-time.js';
import { encodeName } from '../src/store/layout.js';
import type { Twin } from '../src/spec/rehearsal.js';
import type { HostActivities } from './activities.js';
import { composeUntil, stepFailed } from './compose-children.js';
import { withTwinTurn } from './take-turn.js';
import { upWithin } from './up-within.js';
import { openTwin, refuseLiveContainers, type OpenTwin } from './twin-place.js';
import { startOrLeaveToGate, wakeTwin } from './wake-twin.js';
import type { World } from './world.js';

/**
 * Safe to repeat because what runs is left alone, and what is there and has not been started is made anew: one whose
 * Compose was killed may lack what was yet to be copied into it. Starting twice is starting.
 */
export function startOnTwin(world: World): HostActivities['startOnTwin'] {
  return async (args) => {
    const { twin: ref, services } = args;
    const place = { project: ref.project, service: services.join(',') };
    return withTwinTurn(world, args, place, async (lock) => {
      const twin = await openTwin(world, args, ref);
      await refuseWhenTagsMoved(world, args);
      const { attempt, scheduledTimestampMs: sinceMs } = activityInfo();
      const stores = ref.stores.map(({ service }) => service);
      // A store may have ended with Docker while another one was raised.
      const wakened = attempt > 1 ? { sinceMs } : { sinceMs: 0, services: stores };
      if (attempt > 1 || stores.length > 0) await wakeTwin(world, twin.frozen.spec, wakened);
      const waiting = await unstarted(world, twin, services);
      if (waiting.length === 0) return;
      const made = await createdOnTwin(world, twin, { ref, waiting }, lock);
      await Promise.all(made.map(({ Id }) => startOrLeaveToGate(world, Id)));
    });
  };
}

/**
 * Containers of services that are to be started. The first wave makes those of all waves, by one Compose, and the others find
 * them; only the service of a store is there on its own account, made by who filled it.
 */
async function createdOnTwin(
  world: World,
  twin: OpenTwin,
  { ref, waiting }: { ref: Twin; waiting: string[] },
  lock: { fd: number },
): Promise<ContainerInspect[]> {
  const apart = ref.stores.map(({ service }) => service);
  const [alone, others] = [
    waiting.filter((name) => apart.includes(name)),
    waiting.filter((name) => !apart.includes(name)),
  ];
  const all = ref.waves
    .flat()
    .map(({ service }) => service)
    .filter((name) => !apart.includes(name));
  return [
    ...(alone.length === 0 ? [] : await createOnTwin(world, twin, alone, lock)),
    ...(others.length === 0 ? [] : await createOnTwin(world, twin, all, lock, others)),
  ];
}

/** Services that have no container, or one that has never been started. */
async function unstarted({ engine }: World, { project }: OpenTwin, services: string[]): Promise<string[]> {
  const containers = await engine.containers(project);
  const started = containers.filter(({ state, leftoverOf }) => state !== 'created' && !leftoverOf);
  return services.filter((name) => !started.some(({ service }) => service === name));
}

/** Two Composes that find the same network missing would make two of that name. */
const makers = new OneAtATime();

/**
 * Makes containers of services on the twin, and looks whether they keep to it. None is started. What was made by a Compose
 * that ended well is found; otherwise one that is there already, and has not been started, is made anew. Returns those of
 * the services that are wanted.
 */
export async function createOnTwin(
  world: World,
  twin: OpenTwin,
  services: string[],
  lock: { fd: number },
  wanted = services,
): Promise<ContainerInspect[]> {
  const signal = cancellationSignal();
  const made = await makers.run(twin.project, signal, async () =>
    composeUntil(world, {
      ...{ stack: twin.stack, frozen: twin.frozen, lockFd: lock.fd, terminateOn: signal },
      name: encodeName(`create-${services.join('+')}`),
      doing: `making ${services.join(', ')} on the twin`,
      prepare: async () => {
        const waiting = await unstarted(world, twin, services);
        const swept = await Promise.all(waiting.map((name) => sweepLeftovers(world.engine, twin.project, name)));
        const force = swept.some((one) => one.force) ? ['--force-recreate'] : [];
        return { args: ['up', '--no-start', '--no-deps', '--no-build', '--pull', 'never', ...force, ...waiting] };
      },
      look: async (end) => {
        const isWhole = end.kind === 'exited' && end.exitCode === 0;
        return isWhole ? containersOf(world, twin.project, services, wanted) : undefined;
      },
      unmet: 'not all of its containers are there; somebody else may be at work on them',
      withinMs: await upWithin(world, twin.project, services),
    }),
  );
  await refuseLiveContainers(world, twin, made);
  return made;
}

/** The containers of those that are wanted, once each of the services has one. */
async function containersOf(
  { engine }: World,
  project: string,
  services: string[],
  wanted: string[],
): Promise<ContainerInspect[] | undefined> {
  const containers = (await engine.containers(project)).filter(({ service }) => services.includes(service));
  if (containers.length !== services.length) return undefined;
  const those = containers.filter(({ service }) => wanted.includes(service));
  const inspected = (await Promise.all(those.map(({ id }) => engine.inspect(id)))).filter((one) => !!one);
  return inspected.length === wanted.length ? inspected : undefined;
}

/** What is rehearsed has to be what will be deployed. */
async function refuseWhenTagsMoved(
  { engine }: World,
  { twin, services }: Parameters<HostActivities['startOnTwin']>[0],
): Promise<void> {
  const steps = twin.waves.flat().filter(({ service, image }) => services.includes(service) && image.id !== '');
  for (const { service, image } of steps) {
    if ((await engine.imageId(image.ref)) === image.id) continue;
    throw stepFailed(
      `rehearsing ${service}: ${image.ref} names another image than when the plan was made; deploy again`,
    );
  }
}
