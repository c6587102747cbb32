import type { RestorableStore } from '../spec/restore.js';
import type { Layout } from './layout.js';
import { type SwapRun, swapRuns } from './unsettled-swaps.js';

/** A volume that may hold part of a copy, under the name and the labels of a whole one, and whose runs have not touched the live one. */
export interface PartCopy {
  store: RestorableStore;
  /** Who has noted that it is being made: one run, or a chain of them. */
  runs: { workflowId: string; runId: string }[];
}

/** Every one of a stack; what runs of the workflow id `except` keep is theirs. */
export async function partCopies(layout: Layout, stack: string, except = ''): Promise<PartCopy[]> {
  return partCopiesOf(await swapRuns(layout, stack)).filter(({ runs }) =>
    runs.every(({ workflowId }) => workflowId !== except),
  );
}

/** One that any run of a chain has noted as whole stays, whatever another one of it notes. */
export function partCopiesOf(runs: SwapRun[]): PartCopy[] {
  const parts = new Map<string, PartCopy>();
  const whole = new Set<string>();
  for (const { workflowId, runId, swaps } of runs) {
    for (const { store, stage } of swaps) {
      if (stage !== 'keeping') whole.add(store.kept);
      const known = parts.get(store.kept)?.runs ?? [];
      parts.set(store.kept, { store, runs: [...known, { workflowId, runId }] });
    }
  }
  return [...parts.values()].filter(({ store }) => !whole.has(store.kept));
}
