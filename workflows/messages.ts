import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Chain } from '../activities/activities.js';
import type { HostFacts } from '../src/spec/presence.js';
import type { Progress } from '../src/spec/progress.js';

/** Who speaks, and why. Without Temporal authentication `by` is a claim. */
export interface Word {
  by: string;
  reason?: string;
}

/** `plan` is the hash of the plan that is meant, or how it begins, for whoever wants to be sure. */
export type Approving = Word & { plan?: string };

/** `for` is how much more time, as Compose writes durations. */
export type Extending = Word & { for: string };

/**
 * `how` is one of the answers that the question of the run offers; `what` is what the question is about, as it says itself, for
 * whoever wants to be sure that it is this one that is answered.
 */
export type Resolving = Word & { how: string; what?: string };

/** Where the run stands; answered during its life and after it. */
export const progressQuery = defineQuery<Progress>('progress');

/**
 * Stop now and take back what was done. Answers when the run has begun to turn back. Where it asks on its way back already, all that
 * is still open is left as it is.
 */
export const abortUpdate = defineUpdate<string, [Word]>('abort');

/** Tells a presence that a worker of its host has started, and what it says of the host. */
export const arrivedSignal = defineSignal<[HostFacts]>('arrived');

/** Approve the plan that the run shows. Answers how many have. */
export const approveUpdate = defineUpdate<string, [Approving]>('approve');

/** Refuse the plan that the run shows: it ends, and nothing has been touched. */
export const rejectUpdate = defineUpdate<string, [Word]>('reject');

/** Tells a probation that a newer release serves: it ends without a word on its own. */
export const supersedeSignal = defineSignal('supersede');

/** Wait before the next services are replaced; before the first change nothing is held meanwhile. */
export const pauseUpdate = defineUpdate<string, [Word]>('pause');

/** Go on after a pause. */
export const resumeUpdate = defineUpdate<string, [Word]>('resume');

/** Give more time to the approval, to the gates at work, and to the run where it has a deadline. */
export const extendUpdate = defineUpdate<string, [Extending]>('extendDeadline');

/** Answer the question that the run asks, where it can go neither on nor back without a person. */
export const resolveUpdate = defineUpdate<string, [Resolving]>('resolve');

/** Tells a lease that its holder is done; a lease of another holder takes no notice. */
export const releaseSignal = defineSignal<[Chain]>('release');
