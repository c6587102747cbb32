import path from 'node:path';
import { writeJson } from '../src/store/private-file.js';
import type { HostActivities } from './activities.js';
import { ownRunFolder } from './run-place.js';
import type { World } from './world.js';

/** Safe to repeat because the same result is written over itself. */
export function writeResult(world: World): HostActivities['writeResult'] {
  return async ({ stack, result }) => {
    await writeJson(path.join(ownRunFolder(world, stack), 'result.json'), result);
  };
}
