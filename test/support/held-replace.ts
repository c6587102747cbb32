import type { Activities } from '../../activities/activities.js';
import { held } from './latch.js';

/** A replacement that goes on until it is let go. */
export function heldReplace(): { replaceService: Activities['replaceService']; letGo: () => void } {
  const { step, letGo } = held<unknown, { containers: string[] }>(async () => ({ containers: ['new'] }));
  return { replaceService: step, letGo };
}
