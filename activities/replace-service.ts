import os from 'node:os';
import { cancellationSignal } from '@temporalio/activity';
import { sweepLeftovers } from '../src/docker/leftovers.js';
import { MissingFirst } from '../src/docker/missing-first.js';
import { Slots } from '../src/docker/slots.js';
import { changedByHand } from '../src/plan/changed-by-hand.js';
import type { Step } from '../src/plan/plan.js';
import { isReplaced } from '../src/plan/replace-decision.js';
import { replacesAtOnce } from '../src/plan/replaces-at-once.js';
import { shortId } from '../src/plan/words.js';
import { openFrozen, type Frozen } from '../src/store/frozen.js';
import type { HostActivities, Replaced } from './activities.js';
import { composeUntil, hasBegun, stepFailed } from './compose-children.js';
import { withSharedTurn } from './take-turn.js';
import { upCallNow } from './up-service.js';
import { upWithin } from './up-within.js';
import type { World } from './world.js';

/** All stacks of the host share its processors. */
const slots = new Slots();

/**
 * Safe to repeat because it looks first: what is as the step asks is left alone; a Compose that outlived its worker
 * holds the host lock, so getting the lock is the wait for it; and what a killed one left is cleared before the next. Before the
 * first Compose it looks whether somebody else has changed the service, and leaves that to people.
 * It is never interrupted for an abort, which waits for its end and is undone by `restoreService`; only where Docker owes it an answer
 * for minutes is it ended, and begun again.
 */
export function replaceService(world: World): HostActivities['replaceService'] {
  return async (args) =>
    withSharedTurn(world, args, args.step.service, async (lock) => {
      const { stack, frozen: ref, step } = args;
      const frozen = await openFrozen(world.layout, stack, ref.folder);
      const done = await replacement(world, frozen, step);
      if (done) return done;
      const changed = await changeByHand(world, frozen, step);
      if (changed) return changed;
      // A slot is taken last: whoever waits for a lock or a network holds up no other stack.
      return networks.run(
        frozen.spec.project,
        cancellationSignal(),
        () => missesNetwork(world, frozen),
        () => inSlot(() => replace(world, frozen, step, lock)),
      );
    });
}

async function inSlot<T>(work: () => Promise<T>): Promise<T> {
  const giveBack = await slots.take(async () => replacesAtOnce(os.availableParallelism()), cancellationSignal());
  try {
    return await work();
  } finally {
    giveBack();
  }
}

async function replace(world: World, frozen: Frozen, step: Step, lock: { fd: number }) {
  const { service, scale } = step;
  return composeUntil(world, {
    stack: frozen.spec.project,
    name: nameOf(step),
    doing: `replacing ${service}`,
    frozen,
    prepare: async () => {
      const { force: clearing } = await sweepLeftovers(world.engine, frozen.spec.project, service);
      await refuseWhenTagMoved(world, step);
      const force = step.force || clearing || step.kind === 'run-again';
      return upCallNow(world, frozen, { service, scale, force, start: true });
    },
    look: () => replacement(world, frozen, step),
    unmet: 'its containers are not those of the plan; somebody else may be at work on them',
    lockFd: lock.fd,
    withinMs: await upWithin(world, frozen.spec.project, [service]),
  });
}

async function replacement(world: World, { spec }: Frozen, step: Step): Promise<Replaced | undefined> {
  const { configHashAlone } = spec.services[step.service]!;
  const containers = (await world.engine.containers(spec.project, step.service))
    // Made by this step; one that was there before with this label is what the step is to repair.
    .map((container) =>
      container.configHash === configHashAlone && !step.replaces.includes(container.id)
        ? { ...container, configHash: step.configHash }
        : container,
    );
  return isReplaced(step, containers) ? { containers: containers.map(({ id }) => id) } : undefined;
}

/** What somebody has made of the service meanwhile. What there is after a Compose of the step has begun may be its own. */
async function changeByHand(world: World, { spec }: Frozen, step: Step): Promise<Replaced | undefined> {
  if (await hasBegun(world, { stack: spec.project, project: spec.project, name: nameOf(step) })) return undefined;
  const containers = await world.engine.containers(spec.project, step.service);
  const changes = changedByHand(step, containers);
  if (changes.length === 0) return undefined;
  const counted = containers.filter(({ leftoverOf }) => leftoverOf === undefined);
  return { containers: counted.map(({ id }) => id), untouched: true, changedByHand: changes };
}

function nameOf({ service }: Step): string {
  return `replace-${service}`;
}

/** Two Composes that find the same network missing would make two of that name. */
const networks = new MissingFirst();

async function missesNetwork({ engine }: World, { spec }: Frozen): Promise<boolean> {
  const wanted = Object.values(spec.networks).map(({ name }) => name);
  const present = (await engine.networks(spec.project, wanted)).map(({ name }) => name);
  return !wanted.every((name) => present.includes(name));
}

/** Compose goes by the name. Had we put it right, whoever moved it would find their own image gone from under it. */
async function refuseWhenTagMoved({ engine }: World, { service, image }: Step): Promise<void> {
  const now = await engine.imageId(image.ref);
  if (now === image.id) return;
  throw stepFailed(
    `replacing ${service}: ${image.ref} named ${shortId(image.id)} when the plan was made and ` +
      `${now === null ? 'names nothing' : `names ${shortId(now)}`} now; find out who builds or pulls it, and deploy again`,
  );
}
