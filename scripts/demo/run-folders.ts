import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type Layout, stackFolder } from '../../src/store/layout.js';
import { PROJECT } from './place.js';

/** A run, and the folder where the host keeps what it decided, did and saw. */
export interface RunFolder {
  folder: string;
  workflowId: string;
  runId: string;
}

/** The folders of all runs of the demo's stack. */
export async function runFolders(layout: Layout): Promise<RunFolder[]> {
  const runs = path.join(stackFolder(layout, PROJECT), 'runs');
  const names = await entries(runs);
  const found = await Promise.all(
    names.map(async (name) =>
      (await entries(path.join(runs, name))).map((runId) => ({
        folder: path.join(runs, name, runId),
        workflowId: decodeURIComponent(name),
        runId,
      })),
    ),
  );
  return found.flat();
}

/** Folders of the programs that a run has started: builds, replacements. */
export async function childFolders({ folder }: RunFolder): Promise<string[]> {
  const children = path.join(folder, 'children');
  return (await entries(children)).map((name) => path.join(children, name));
}

async function entries(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
