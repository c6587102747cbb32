import { sweepLeftovers } from '../src/docker/leftovers.js';
import type { Step } from '../src/plan/plan.js';
import { isReplaced } from '../src/plan/replace-decision.js';
import { openFrozen } from '../src/store/frozen.js';
import type { HostActivities } from './activities.js';
import { composeUntil, stepFailed } from './compose-children.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat because it looks first: what is as the step asks is left alone; a Compose that outlived its worker
 * holds the host lock, so getting the lock is the wait for it; and what a killed one left is cleared before the next.
 * It is never interrupted: an abort waits for its end and is undone by `restoreService`.
 */
export function replaceService(world: World): HostActivities['replaceService'] {
  return async (args) =>
    withTurn(world, args, async (lock) => {
      const { stack, frozen: ref, step } = args;
      const look = () => replacement(world, stack, step);
      const done = await look();
      if (done) return done;

      return composeUntil(world, {
        name: `replace-${step.service}`,
        doing: `replacing ${step.service}`,
        frozen: await openFrozen(world.layout, stack, ref.folder),
        prepare: async () => {
          const { force } = await sweepLeftovers(world.engine, stack, step.service);
          await refuseWhenTagMoved(world, step);
          return { args: upArgs(step, force) };
        },
        look,
        unmet: 'its containers are not those of the plan; somebody else may be at work on them',
        lockFd: lock.fd,
      });
    });
}

async function replacement(world: World, stack: string, step: Step): Promise<{ containers: string[] } | undefined> {
  const containers = (await world.engine.containers(stack)).filter(({ service }) => service === step.service);
  return isReplaced(step, containers) ? { containers: containers.map(({ id }) => id) } : undefined;
}

/** Compose goes by the name. Had we put it right, whoever moved it would find their own image gone from under it. */
async function refuseWhenTagMoved({ engine }: World, { service, image }: Step): Promise<void> {
  const now = await engine.imageId(image.ref);
  if (now === image.id) return;
  throw stepFailed(
    `replacing ${service}: ${image.ref} named ${short(image.id)} when the plan was made and ` +
      `${now === null ? 'names nothing' : `names ${short(now)}`} now; find out who builds or pulls it, and deploy again`,
  );
}

function upArgs({ kind, service, force, scale }: Step, clearing: boolean): string[] {
  const anew = force || clearing || kind === 'run-again' ? ['--force-recreate'] : [];
  const fixed = ['up', '-d', '--no-deps', '--no-build', '--pull', 'never', '--no-color', '--quiet-pull'];
  return [...fixed, ...anew, '--scale', `${service}=${scale}`, service];
}

function short(imageId: string): string {
  return imageId.replace('sha256:', '').slice(0, 12);
}
