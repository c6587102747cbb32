import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { HostActivities } from './activities.js';
import { hostFacts, hostLook } from './host-facts.js';
import type { World } from './world.js';

/** A stack that was added is known to the other hosts this much later. */
const LOOK_EVERY_MS = 2000;
/** However many stacks a host has, looking at them takes at most a tenth of the time, and changes are known this much later at most. */
const REST_PER_LOOK = 9;
const LONGEST_PAUSE_MS = 30_000;
/** Every how many looks heartbeats tell anew how the stacks are. */
const TELL_EVERY = 5;

/**
 * Safe to repeat because it only looks. It ends when there is something new to say; until then heartbeats carry how the
 * stacks are. A worker that is told to stop gives it up at once, which shows that the host is going.
 */
export function watchHost(world: World): HostActivities['watchHost'] {
  return async ({ known }) => {
    const context = Context.current();
    const signal = AbortSignal.any([world.leaving, context.cancellationSignal]);
    let pauseMs = LOOK_EVERY_MS;
    for (let looks = 0; ; looks++) {
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
      if (world.leaving.aborted) throw ApplicationFailure.retryable('the worker of this host has been told to stop');
      if (signal.aborted) await context.cancelled;
      const beganAt = performance.now();
      const facts = await hostFacts(world);
      if (!isDeepStrictEqual(facts, known)) return facts;
      if (looks % TELL_EVERY === 0) context.heartbeat(await hostLook(world, facts));
      pauseMs = pauseAfter(performance.now() - beganAt);
    }
  };
}

/** How long to rest after a look that took so long. */
export function pauseAfter(tookMs: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.max(LOOK_EVERY_MS, REST_PER_LOOK * tookMs));
}
