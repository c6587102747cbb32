import path from 'node:path';
import type { CaptureRecord } from './captures.js';
import type { Layout } from './layout.js';
import { readJson } from './private-file.js';
import { readReleases } from './releases.js';
import { type NotedResult, readResult, runFolders } from './run-folders.js';

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
  const found = await capturesOf(layout, stack);
  const lastEnded = found.findIndex(hasEnded);
  return (lastEnded < 0 ? found : found.slice(0, lastEnded)).map(({ runFolder, capture }) => ({ runFolder, capture }));
}

/**
 * The capture of the last run that was closed by force, or overtaken, where what it had begun stands as it left that: no release has been
 * recorded since, and no run has taken anything back or left it to people. Runs that touched nothing do not count.
 */
export async function lastUnended(layout: Layout, stack: string): Promise<UnendedCapture | undefined> {
  const found = await capturesOf(layout, stack);
  const last = found.find((one) => one.deployed || !hasTouchedNothing(one));
  if (!last || last.deployed || (last.result && !last.result.overtaken)) return undefined;
  return { runFolder: last.runFolder, capture: last.capture };
}

interface FoundCapture extends UnendedCapture {
  /** It has recorded a release. */
  deployed: boolean;
  /** Undefined where it has not ended, or has deployed. */
  result: NotedResult | undefined;
}

/** Of all runs that are on record here, newest first. */
async function capturesOf(layout: Layout, stack: string): Promise<FoundCapture[]> {
  const releases = (await readReleases(layout, stack)).filter(({ kind }) => kind !== 'baseline');
  const found: FoundCapture[] = [];
  for (const { folder: runFolder } of await runFolders(layout, stack)) {
    const capture = await readJson<CaptureRecord>(path.join(runFolder, 'capture', 'capture.json'));
    if (!capture) continue;
    const deployed = releases.some(({ runId }) => runId === path.basename(runFolder));
    found.push({ runFolder, capture, deployed, result: deployed ? undefined : await readResult(runFolder) });
  }
  return found.sort((a, b) => b.capture.epoch - a.capture.epoch);
}

function hasTouchedNothing({ result }: FoundCapture): boolean {
  return (
    result !== undefined &&
    !result.overtaken &&
    result.touched.length + result.restored.length === 0 &&
    result.outcome !== 'succeeded'
  );
}

/**
 * It has recorded a release, or taken back all that it could; a run that was overtaken has done neither. One that needs a human was
 * overtaken, or told to leave what it might yet have taken back: both may have left image tags, which a later run can still put right.
 * What ended as `rollback-failed` was final, and is not tried again.
 */
function hasEnded({ deployed, result }: FoundCapture): boolean {
  return deployed || (result !== undefined && result.overtaken === undefined && result.outcome !== 'needs-human');
}
