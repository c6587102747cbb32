import type { HostActivities } from './activities.js';
import { settleGate } from './settle-gate.js';
import type { World } from './world.js';

/** Answers as soon as the service is well for the first time, has failed, or is out of time. */
export function awaitHealth(world: World): HostActivities['awaitHealth'] {
  return (args) => settleGate(world, args, 'first-well');
}
