import os from 'node:os';
import { cancellationSignal } from '@temporalio/activity';
import { sweepLeftovers } from '../src/docker/leftovers.js';
import { MissingFirst } from '../src/docker/missing-first.js';
import { Slots } from '../src/docker/slots.js';
import type { Step } from '../src/plan/plan.js';
import { isReplaced } from '../src/plan/replace-decision.js';
import { replacesAtOnce } from '../src/plan/replaces-at-once.js';
import { shortId } from '../src/plan/words.js';
import { openFrozen, type Frozen } from '../src/store/frozen.js';
import type { HostActivities, Replaced } from './activities.js';
import { madeFrom } from './begun-facts.js';
import { composeUntil, stepFailed } from './compose-children.js';
import { foundByHand } from './found-by-hand.js';
import { withSharedTurn } from './take-turn.js';
import { upCallNow } from './up-service.js';
import { upWithin } from './up-within.js';
import type { World } from './world.js';

/** All stacks of the host share its processors. */
const slots = new Slots();

/**
 * Safe to repeat because it looks first: what is as the step asks is left alone; a Compose that outlived its worker
 * holds the host lock, so getting the lock is the wait for it; and what a killed one left is cleared before the next. Right before
 * each Compose it looks whether somebody else has changed the service, and leaves that to people.
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

async function replace(world: World, frozen: Frozen, step: Step, lock: { fd: number }): Promise<Replaced> {
  try {
    return await replaceByCompose(world, frozen, step, lock);
  } catch (error) {
    if (error instanceof ChangedByHand) return error.found;
    throw error;
  }
}

async function replaceByCompose(world: World, frozen: Frozen, step: Step, lock: { fd: number }): Promise<Replaced> {
  const { service, scale } = step;
  return composeUntil(world, {
    stack: frozen.spec.project,
    name: `replace-${service}`,
    doing: `replacing ${service}`,
    frozen,
    prepare: async () => {
      const { force: clearing } = await sweepLeftovers(world.engine, frozen.spec.project, service);
      const force = step.force || clearing || step.kind === 'run-again';
      const call = await upCallNow(world, frozen, { service, scale, force, start: true });
      await refuseWhenChangedByHand(world, frozen, step);
      await refuseWhenTagMoved(world, step);
      return call;
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

/** Somebody else has changed the service since the plan was made; `found` asks people what to do. */
class ChangedByHand extends Error {
  constructor(readonly found: Replaced) {
    super('changed by hand');
  }
}

/** What the step has made itself, by a Compose that was killed for example, is nobody else's change. */
async function refuseWhenChangedByHand(world: World, { spec, composeFile }: Frozen, step: Step): Promise<void> {
  const { service, replaces: seen } = step;
  const isOurs = async (id: string): Promise<boolean> => madeFrom(await world.engine.inspect(id)) === composeFile;
  const found = await foundByHand(world, { stack: spec.project, service, seen }, isOurs);
  if (found) throw new ChangedByHand(found);
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
