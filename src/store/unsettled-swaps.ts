import path from 'node:path';
import type { Outcome } from '../spec/outcome.js';
import { encodeName, type Layout } from './layout.js';
import { exists } from './places.js';
import { writePrivate } from './private-file.js';
import { readResult, readRunIdentity, runFolders } from './run-folders.js';
import { type Swap, swapsOf } from './swaps.js';

/** What a run has done to volumes, and how it ended. */
export interface SwapRun {
  workflowId: string;
  runId: string;
  beganAtMs: number;
  /** There where it came to its end by itself, and that was written down. */
  outcome?: Outcome;
  swaps: Swap[];
  /** Ids of stores of which a person has said that they are right as they are. */
  settled: string[];
}

/** A volume whose content is of nobody knows when: a run was ended while it replaced it, and nobody has put it back. */
export interface UnsettledSwap {
  workflowId: string;
  runId: string;
  swap: Swap;
}

/** Every run of a stack that has begun to replace a volume, or was about to. */
export async function swapRuns(layout: Layout, stack: string): Promise<SwapRun[]> {
  const runs = await Promise.all((await runFolders(layout, stack)).map(({ folder }) => swapRun(folder)));
  return runs.filter((run) => run !== undefined);
}

/**
 * A volume that was about to be filled is settled by the success of the run, by its own content coming back, by another run of the
 * chain that took the note over, by a later success with the same volume, or by a person.
 */
export function unsettledOf(runs: SwapRun[]): UnsettledSwap[] {
  return runs.flatMap((run) => {
    const later = runs.filter(({ beganAtMs }) => beganAtMs > run.beganAtMs);
    const isSettled = ({ store }: Swap): boolean =>
      run.settled.includes(store.id) ||
      later.some(({ workflowId, outcome, swaps }) =>
        swaps.some((other) =>
          workflowId === run.workflowId
            ? other.store.id === store.id
            : outcome === 'succeeded' && other.store.volume === store.volume,
        ),
      );
    if (run.outcome === 'succeeded') return [];
    const { workflowId, runId } = run;
    const half = run.swaps.filter((swap) => swap.stage === 'filling' && !isSettled(swap));
    return half.map((swap) => ({ workflowId, runId, swap }));
  });
}

/** The file by which a person says that a volume is right as it is; beside what is sealed of the run. */
export function settledMark(runFolder: string, store: string): string {
  return path.join(runFolder, 'settled', encodeName(store));
}

/** Notes of a run that could not write its result that it has succeeded; beside what is sealed of it, too. */
export async function noteSucceeded(runFolder: string): Promise<void> {
  await writePrivate(succeededMark(runFolder), '');
}

function succeededMark(runFolder: string): string {
  return path.join(runFolder, 'succeeded');
}

async function swapRun(folder: string): Promise<SwapRun | undefined> {
  const swaps = await swapsOf(folder);
  const identity = swaps.length > 0 ? await readRunIdentity(folder) : undefined;
  if (!identity) return undefined;
  const outcome =
    (await readResult(folder))?.outcome ?? ((await exists(succeededMark(folder))) ? 'succeeded' : undefined);
  const settled: string[] = [];
  for (const { store } of swaps) if (await exists(settledMark(folder, store.id))) settled.push(store.id);
  const { workflowId, runId, beganAtMs } = identity;
  return { workflowId, runId, beganAtMs, ...(outcome === undefined ? {} : { outcome }), swaps, settled };
}
