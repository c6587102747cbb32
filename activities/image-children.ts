import { access } from 'node:fs/promises';
import path from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { endChildren, isAnyAtWork } from '../src/docker/end-children.js';
import { writePrivate } from '../src/store/private-file.js';
import { readRunIdentity, runFolders } from '../src/store/run-folders.js';
import { FAILURE } from './failures.js';
import { isRunOpen } from './run-open.js';
import type { World } from './world.js';

/** In a run's folder: its builds and pulls have been ended, and none begins any more. */
const ENDED_FILE = 'images-ended';

/**
 * No build and no pull of a run is at work, and none begins: what one of them still did would move a name that has been
 * put back. They hold no lock that anybody could wait for.
 */
export async function endImageChildren(runFolder: string): Promise<void> {
  await writePrivate(path.join(runFolder, ENDED_FILE), '');
  await endChildren(path.join(runFolder, 'children'), makesImages);
}

/** Throws `StaleRun` in an attempt that has not heard yet that builds and pulls of its run are over. */
export async function refuseWhenImagesEnded(runFolder: string): Promise<void> {
  const isEnded = await access(path.join(runFolder, ENDED_FILE)).then(
    () => true,
    () => false,
  );
  if (isEnded) throw ApplicationFailure.nonRetryable('the run has taken its images back', FAILURE.staleRun);
}

/** The same for every run of a stack that was closed by force, and whose worker died: nobody else would end its builds. */
export async function sweepImageChildren(
  { layout, temporal }: Pick<World, 'layout' | 'temporal'>,
  stack: string,
): Promise<void> {
  for (const { folder } of await runFolders(layout, stack)) {
    if (!(await isAnyAtWork(path.join(folder, 'children'), makesImages))) continue;
    const run = await readRunIdentity(folder);
    if (run && !(await isRunOpen(temporal, run.workflowId, run.runId))) await endImageChildren(folder);
  }
}

function makesImages(child: string): boolean {
  return /^(build|pull)-/.test(child);
}
