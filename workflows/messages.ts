import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Chain } from '../activities/activities.js';
import type { HostFacts } from '../src/spec/presence.js';
import type { Progress } from '../src/spec/progress.js';

/** Who speaks, and why. Without Temporal authentication `by` is a claim. */
export interface Word {
  by: string;
  reason?: string;
}

/** Where the run stands; answered during its life and after it. */
export const progressQuery = defineQuery<Progress>('progress');

/** Stop now and take back what was done. Answers when the run has begun to turn back. */
export const abortUpdate = defineUpdate<string, [Word]>('abort');

/** Tells a presence that a worker of its host has started, and what it says of the host. */
export const arrivedSignal = defineSignal<[HostFacts]>('arrived');

/** Tells a lease that its holder is done; a lease of another holder takes no notice. */
export const releaseSignal = defineSignal<[Chain]>('release');
