import path from 'node:path';
import type { HealthReport } from '../spec/check-report.js';
import type { Due } from '../spec/due.js';
import { stackFolder, type Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';

/**
 * What is carried from one scheduled look at a stack to the next, in `health.json` of the stack's folder: one file, written over,
 * so that it stays as small as two looks.
 */
export interface HealthState {
  /** The run that made the last look. */
  runId: string;
  report: HealthReport;
  /** When the next ones were due, as the schedule was then; absent where nothing was scheduled. */
  due?: Due;
  /** Restart counts, by container id. */
  restarts: Record<string, number>;
  /** How many tables each database service had when it last had any. */
  tables: Record<string, number>;
  /** The state that it followed, without the one before: what a second attempt of the same run goes on from. */
  before?: Omit<HealthState, 'before'>;
}

export async function readHealth(layout: Layout, stack: string): Promise<HealthState | undefined> {
  return readJson<HealthState>(healthFile(layout, stack));
}

/** Writes it whole, or not at all. */
export async function writeHealth(layout: Layout, stack: string, state: HealthState): Promise<void> {
  await writeJson(healthFile(layout, stack), state);
}

/** The state that a look of this run goes on from: a second attempt goes on from where the first one did. */
export function stateBefore(state: HealthState | undefined, runId: string): Omit<HealthState, 'before'> | undefined {
  if (state?.runId === runId) return state.before;
  if (state === undefined) return undefined;
  // What it went on from itself would be carried along in each look from now on.
  const { before: _before, ...alone } = state;
  return alone;
}

function healthFile(layout: Layout, stack: string): string {
  return path.join(stackFolder(layout, stack), 'health.json');
}
