import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { CaptureRecord } from './captures.js';
import { stackFolder, type Layout } from './layout.js';
import { readJson } from './private-file.js';
import { readReleases } from './releases.js';

/** A capture of a run that never came to its end, so that what it changed was not taken back. */
export interface UnendedCapture {
  runFolder: string;
  capture: CaptureRecord;
}

/**
 * The captures of a stack since the last run that recorded a release or wrote its result, newest first. Their runs were terminated, or died
 * with their server: nobody has put back the image tags that they moved.
 */
export async function unendedCaptures(layout: Layout, stack: string): Promise<UnendedCapture[]> {
  const runs = path.join(stackFolder(layout, stack), 'runs');
  const deployed = (await readReleases(layout, stack)).filter(({ kind }) => kind !== 'baseline');
  const found: (UnendedCapture & { ended: boolean })[] = [];
  for (const workflow of await namesIn(runs)) {
    for (const run of await namesIn(path.join(runs, workflow))) {
      const runFolder = path.join(runs, workflow, run);
      const capture = await readJson<CaptureRecord>(path.join(runFolder, 'capture', 'capture.json'));
      if (!capture) continue;
      const hasDeployed = deployed.some(({ runId }) => runId === run);
      found.push({ runFolder, capture, ended: hasDeployed || (await exists(path.join(runFolder, 'result.json'))) });
    }
  }
  found.sort((a, b) => b.capture.epoch - a.capture.epoch);
  const lastEnded = found.findIndex(({ ended }) => ended);
  return (lastEnded < 0 ? found : found.slice(0, lastEnded)).map(({ runFolder, capture }) => ({ runFolder, capture }));
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}

async function exists(place: string): Promise<boolean> {
  return access(place).then(
    () => true,
    () => false,
  );
}
