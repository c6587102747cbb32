import path from 'node:path';
import { stackFolder, type Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';

/** That a release is no longer kept. It is beside the record, which stays, and is never changed. */
export interface Collection {
  /** When, ISO 8601. */
  at: string;
  /** The run that let it go. */
  workflowId: string;
  runId: string;
  /** How many releases were kept then, besides the one that served. */
  keep: number;
  /** Whether all of it is gone; what something still needs or uses is tried again by the next run. */
  complete: boolean;
}

/** Undefined for a release that is kept. */
export async function readCollection(layout: Layout, stack: string, release: string): Promise<Collection | undefined> {
  return readJson<Collection>(collectionFile(layout, stack, release));
}

/** Notes it: from here on nobody counts on the release any more, so this comes before anything of it is removed. */
export async function noteCollection(
  layout: Layout,
  stack: string,
  release: string,
  collection: Collection,
): Promise<void> {
  await writeJson(collectionFile(layout, stack, release), collection);
}

function collectionFile(layout: Layout, stack: string, release: string): string {
  return path.join(stackFolder(layout, stack), 'releases', release, 'collected.json');
}
