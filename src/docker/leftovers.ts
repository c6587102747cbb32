import type { ObservedContainer } from '../plan/observed-stack.js';
import type { Engine } from './engine.js';

/** What to do about the containers that a killed Compose left behind. */
export interface LeftoverVerdict {
  /** Ids that go, volumes stay: the container each was to replace is still there. */
  remove: string[];
  /**
   * Compose has to create anew. Either the container that a leftover was to replace is gone, so the leftover alone still
   * holds its anonymous volumes, or a container was created and never got all that belongs in it.
   */
  force: boolean;
}

/**
 * Judges one service's containers after a Compose that may have been killed. Left alone, Compose fails on a leftover, or
 * adopts it for good under its temporary name and without the secrets that were still to be copied. Told to recreate, it
 * takes the anonymous volumes over and gives the right name.
 */
export function judgeLeftovers(containers: ObservedContainer[]): LeftoverVerdict {
  const leftovers = containers.filter(({ leftoverOf }) => leftoverOf !== undefined);
  const superfluous = leftovers.filter(({ leftoverOf }) => containers.some((other) => isNamedBy(leftoverOf!, other)));
  const remove = superfluous.map(({ id }) => id);
  return { remove, force: containers.some(({ id, state }) => state === 'created' && !remove.includes(id)) };
}

/** Compose's label holds the id of the container to be replaced; later versions write its name. */
function isNamedBy(reference: string, { id, name }: ObservedContainer): boolean {
  return id === reference || name === reference || (/^[0-9a-f]{12,}$/.test(reference) && id.startsWith(reference));
}

/**
 * Removes the leftovers that can go. Afterwards an `up` does what it says, with `--force-recreate` where the answer's
 * `force` asks for it. Safe to repeat because it judges what it finds.
 */
export async function sweepLeftovers(engine: Engine, project: string, service: string): Promise<{ force: boolean }> {
  const { remove, force } = judgeLeftovers(await engine.containers(project, service));
  for (const id of remove) await engine.remove(id);
  return { force };
}
