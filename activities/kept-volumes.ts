import { KEPT_OF } from '../src/spec/put-back-command.js';
import type { World } from './world.js';

/** Names of the volumes that keep what a stack had before. One that Docker has made anew since, to mount it, is none of them. */
export async function keptVolumes({ engine }: World, stack: string): Promise<Set<string>> {
  return new Set(await engine.volumesLabelled(KEPT_OF, stack));
}
