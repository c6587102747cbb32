import type { Activities } from '../../activities/activities.js';

/** A replacement that goes on until it is let go. */
export function heldReplace(): { replaceService: Activities['replaceService']; letGo: () => void } {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  return { replaceService: async () => held.then(() => ({ containers: ['new'] })), letGo: () => letGo() };
}
