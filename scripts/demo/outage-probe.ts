import { setTimeout as sleep } from 'node:timers/promises';
import { get } from './shop-visit.js';

/** A customer who comes again and again while something is deployed. */
export interface OutageProbe {
  /**
   * Ends the visits. Returns for how long nobody was served in all, in milliseconds: each outage from the beginning of
   * the first visit in vain to the first answer after it.
   */
  stop(): Promise<number>;
}

/** Shorter than any outage that a person would notice, and hardly a load. */
const VISIT_EVERY_MS = 50;

/** Begins to visit a page of this machine. */
export function probeOutage(port: number, place: string): OutageProbe {
  let stopped = false;
  let outageMs = 0;
  let downSince: number | undefined;

  const visit = async (): Promise<void> => {
    const beganAt = performance.now();
    const served = await get(port, place).then(
      () => true,
      () => false,
    );
    if (served) {
      if (downSince !== undefined) outageMs += performance.now() - downSince;
      downSince = undefined;
    } else {
      downSince ??= beganAt;
    }
  };
  const visits = (async () => {
    while (!stopped) {
      await visit();
      await sleep(VISIT_EVERY_MS);
    }
  })();

  return {
    stop: async () => {
      stopped = true;
      await visits;
      return outageMs + (downSince === undefined ? 0 : performance.now() - downSince);
    },
  };
}
