import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';
import { runFolders } from './run-folders.js';

/** An image that a waiting run has made, under a name of ours that keeps it from being pruned. */
export interface AsideImage {
  /** What the configuration calls it. */
  reference: string;
  imageId: string;
  /** The name that keeps it. */
  pin: string;
}

/** What a run that stands aside has left on the host. The record is there for as long as the pins are. */
export interface AsideRecord {
  workflowId: string;
  runId: string;
  /** How often the run has stood aside, this time included. */
  round: number;
  images: AsideImage[];
}

export async function readAside(runFolder: string): Promise<AsideRecord | undefined> {
  return readJson<AsideRecord>(asideFile(runFolder));
}

export async function writeAside(runFolder: string, record: AsideRecord): Promise<void> {
  await writeJson(asideFile(runFolder), record);
}

export async function forgetAside(runFolder: string): Promise<void> {
  await rm(asideFile(runFolder), { force: true });
}

/** Every run of a stack that has images of its own aside, open or closed. */
export async function asideRuns(layout: Layout, stack: string): Promise<(AsideRecord & { runFolder: string })[]> {
  const found: (AsideRecord & { runFolder: string })[] = [];
  for (const { folder: runFolder } of await runFolders(layout, stack)) {
    const record = await readAside(runFolder);
    if (record) found.push({ ...record, runFolder });
  }
  return found;
}

function asideFile(runFolder: string): string {
  return path.join(runFolder, 'aside.json');
}
