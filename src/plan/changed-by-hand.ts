import type { ObservedContainer } from './observed-stack.js';
import type { Step } from './plan.js';
import { shortId } from './words.js';

/**
 * What somebody has made of a service between the plan and the step that is to replace it, in plain words; empty where nothing.
 *
 * The rule: what is lost by a replace is what is there, so only a container that the plan has not seen counts; those that are gone
 * besides are named with it. Where containers are merely gone nobody needs to be asked. Docker has ended a removal of its own accord,
 * a prune has taken what had exited, or somebody has removed what is about to be removed; `hold` is how to keep a run away.
 *
 * `containers` are those of the service that the step has not made itself. Of a service that had none when the
 * plan was made, or only what a former self of the run had made, nothing is known that could be compared. What a dead Compose has left
 * stands for the container that it was to replace: the step clears that, and goes on.
 */
export function changedByHand({ replaces }: Pick<Step, 'replaces'>, containers: ObservedContainer[]): string[] {
  if (replaces.length === 0) return [];
  const now = containers.filter(({ leftoverOf }) => leftoverOf === undefined);
  const made = now.filter(({ id }) => !replaces.includes(id));
  if (made.length === 0) return [];
  const hasLeftover = now.length < containers.length;
  const gone = hasLeftover ? [] : replaces.filter((id) => !now.some((container) => container.id === id));
  return [
    ...made.map(({ id, name }) => `${name} (${shortId(id)}) is new`),
    ...gone.map((id) => `${shortId(id)} is gone`),
  ];
}
