import path from 'node:path';
import type { CaptureRecord } from './captures.js';
import type { Layout } from './layout.js';
import { readJson } from './private-file.js';
import { readReleases } from './releases.js';
import { readResult, runFolders } from './run-folders.js';

/** A capture of a run that never came to its end, so that what it changed was not taken back, or not all of it. */
export interface UnendedCapture {
  runFolder: string;
  capture: CaptureRecord;
}

/**
 * The captures of a stack since the last run that came to its end, newest first. Their runs were terminated, died with their
 * server, were overtaken, or were told to leave something: the image tags that they moved may not have been put back.
 */
export async function unendedCaptures(layout: Layout, stack: string): Promise<UnendedCapture[]> {
  const deployed = (await readReleases(layout, stack)).filter(({ kind }) => kind !== 'baseline');
  const found: (UnendedCapture & { ended: boolean })[] = [];
  for (const { folder: runFolder } of await runFolders(layout, stack)) {
    const capture = await readJson<CaptureRecord>(path.join(runFolder, 'capture', 'capture.json'));
    if (!capture) continue;
    const hasDeployed = deployed.some(({ runId }) => runId === path.basename(runFolder));
    found.push({ runFolder, capture, ended: hasDeployed || (await hasEnded(runFolder)) });
  }
  found.sort((a, b) => b.capture.epoch - a.capture.epoch);
  const lastEnded = found.findIndex(({ ended }) => ended);
  return (lastEnded < 0 ? found : found.slice(0, lastEnded)).map(({ runFolder, capture }) => ({ runFolder, capture }));
}

/**
 * It has recorded a release, or taken back all that it could; a run that was overtaken has done neither. One that needs a human was
 * overtaken, or told to leave what it might yet have taken back: both may have left image tags, which a later run can still put right.
 * What ended as `rollback-failed` was final, and is not tried again.
 */
async function hasEnded(runFolder: string): Promise<boolean> {
  const result = await readResult(runFolder);
  return result !== undefined && result.overtaken === undefined && result.outcome !== 'needs-human';
}
