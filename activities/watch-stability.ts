import type { HostActivities } from './activities.js';
import { settleGate } from './settle-gate.js';
import type { World } from './world.js';

/** Answers when the service has stayed well for its stable window, or as soon as it has not. */
export function watchStability(world: World): HostActivities['watchStability'] {
  return (args) => settleGate(world, args, 'stays-well');
}
