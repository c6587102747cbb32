import { setTimeout as pause } from 'node:timers/promises';
import { sweepClosedRun } from '../../activities/sweep-closed-run.js';
import type { World } from '../../activities/world.js';
import { redactor } from '../spec/redact.js';
import { listStacks } from '../store/registry.js';
import { timeoutSignal } from '../timeout-signal.js';
import { mayPass } from './may-pass.js';

/** Whoever holds the lock of a stack is at work on it, and may be for long: the other stacks come first. */
const LOCK_WITHIN_MS = 5_000;
const AGAIN_AFTER_MS = 5_000;

const redact = redactor([]);

/**
 * Sweeps every registered stack of the host once, beside the worker's own work: what a run has left that was terminated need
 * not wait for the next run. What cannot be done yet is tried again until `signal` says that the worker ends. It never throws.
 */
export async function sweepAtStart(world: World, signal: AbortSignal): Promise<void> {
  let unswept = await registered(world);
  for (;;) {
    const later: string[] = [];
    for (const stack of unswept) {
      if (signal.aborted) return;
      if (!(await isSwept(world, stack, signal))) later.push(stack);
    }
    if (later.length === 0) return;
    unswept = later;
    await pause(AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function registered({ layout }: World): Promise<string[]> {
  try {
    return (await listStacks(layout)).map(({ name }) => name);
  } catch (error) {
    say('the stacks of this host', error);
    return [];
  }
}

/** True too where it cannot be done at all: the next run of the stack meets the same, and says so. */
async function isSwept(world: World, stack: string, signal: AbortSignal): Promise<boolean> {
  try {
    await sweepClosedRun(world, stack, AbortSignal.any([signal, timeoutSignal(LOCK_WITHIN_MS)]));
    return true;
  } catch (error) {
    if (mayPass(error)) return false;
    say(stack, error);
    return true;
  }
}

function say(what: string, error: unknown): void {
  const why = redact(error instanceof Error ? error.message : String(error));
  console.error(`what closed runs have left of ${what} could not be taken away at the start: ${why}`);
}
