import { changedByHand } from '../src/plan/changed-by-hand.js';
import type { FoundByHand, ServiceFoundByHand } from './activities.js';
import type { World } from './world.js';

/**
 * What somebody has made of a service since the plan was made, which has seen the containers of these ids; undefined where nothing.
 * `isOurs` says of another container whether the step has made it itself, by a Compose that was killed for example.
 */
export async function foundByHand(
  { engine }: World,
  { stack, service, seen }: { stack: string; service: string; seen: string[] },
  isOurs: (id: string) => Promise<boolean>,
): Promise<FoundByHand | undefined> {
  const containers = await engine.containers(stack, service);
  const ours = await Promise.all(containers.map(async ({ id }) => !seen.includes(id) && (await isOurs(id))));
  const changes = changedByHand(
    { replaces: seen },
    containers.filter((_, index) => !ours[index]),
  );
  if (changes.length === 0) return undefined;
  const counted = containers.filter(({ leftoverOf }) => leftoverOf === undefined);
  return { containers: counted.map(({ id }) => id), untouched: true, changedByHand: changes };
}

/** The first of several services, all of which rest: no step makes any container of them meanwhile. */
export async function firstFoundByHand(
  world: World,
  stack: string,
  seen: Record<string, string[]>,
): Promise<ServiceFoundByHand | undefined> {
  for (const [service, ids] of Object.entries(seen)) {
    const found = await foundByHand(world, { stack, service, seen: ids }, nobodysOurs);
    if (found) return { ...found, service };
  }
  return undefined;
}

async function nobodysOurs(): Promise<boolean> {
  return false;
}
