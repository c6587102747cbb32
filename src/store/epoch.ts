import path from 'node:path';
import { stackFolder, type Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';

/** Whose turn it is to change a stack: the newest run that began. Changed only under the host lock. */
export interface Epoch {
  epoch: number;
  workflowId: string;
  runId: string;
  takenAt: string;
}

export async function readEpoch(layout: Layout, stack: string): Promise<Epoch | undefined> {
  return readJson<Epoch>(epochFile(layout, stack));
}

/** Takes the next epoch for a run; taking it again gives the run the one it has. */
export async function takeEpoch(
  layout: Layout,
  stack: string,
  run: { workflowId: string; runId: string },
  now: Date,
): Promise<Epoch> {
  const current = await readEpoch(layout, stack);
  if (current?.workflowId === run.workflowId && current.runId === run.runId) return current;
  const next: Epoch = { epoch: (current?.epoch ?? 0) + 1, ...run, takenAt: now.toISOString() };
  await writeJson(epochFile(layout, stack), next);
  return next;
}

function epochFile(layout: Layout, stack: string): string {
  return path.join(stackFolder(layout, stack), 'epoch.json');
}
