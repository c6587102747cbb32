import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { DeployResult } from '../spec/deploy-result.js';
import { stackFolder, type Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';

/** Who a run is: `run.json` in its folder, from its first step on. */
export interface RunIdentity {
  workflowId: string;
  runId: string;
  /** The runbook. */
  type: string;
  stack: string;
  host: string;
  beganAtMs: number;
}

/** Notes who the run of a folder is; the first one to do so counts. */
export async function noteRun(folder: string, identity: RunIdentity): Promise<void> {
  if (!(await readRunIdentity(folder))) await writeJson(path.join(folder, 'run.json'), identity);
}

export async function readRunIdentity(folder: string): Promise<RunIdentity | undefined> {
  return readJson<RunIdentity>(path.join(folder, 'run.json'));
}

/** What a run came to. `overtaken`: by a later one, so that it may have left what it had changed. */
export type NotedResult = DeployResult & { overtaken?: true };

export async function noteResult(folder: string, result: DeployResult, overtaken: boolean): Promise<void> {
  const noted: NotedResult = { ...result, ...(overtaken ? { overtaken } : {}) };
  await writeJson(path.join(folder, 'result.json'), noted);
}

/** Undefined where the run has not ended, or was closed by force. */
export async function readResult(folder: string): Promise<NotedResult | undefined> {
  return readJson<NotedResult>(path.join(folder, 'result.json'));
}

/** Every run of a stack that has a folder here. `place` is relative to the stack's folder. */
export async function runFolders(layout: Layout, stack: string): Promise<{ place: string; folder: string }[]> {
  const own = stackFolder(layout, stack);
  const workflows = await foldersIn(path.join(own, 'runs'));
  const runs = await Promise.all(
    workflows.map(async (workflow) => {
      const ids = await foldersIn(path.join(own, 'runs', workflow));
      return ids.map((id) => path.join('runs', workflow, id));
    }),
  );
  return runs.flat().map((place) => ({ place, folder: path.join(own, place) }));
}

/** Every stack that has anything on record here, registered or not. */
export async function stacksOnRecord({ home }: Layout): Promise<string[]> {
  return (await foldersIn(path.join(home, 'stacks'))).sort();
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
