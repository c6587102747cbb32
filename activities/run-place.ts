import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { activityInfo } from '@temporalio/activity';
import { runFolder, stackFolder } from '../src/store/layout.js';
import type { World } from './world.js';

/** The folder of the run that this activity belongs to, absolute. */
export function ownRunFolder(world: Pick<World, 'layout'>, stack: string): string {
  const { workflowId, runId } = ownRun();
  return runFolder(world.layout, stack, workflowId, runId);
}

/** The same, relative to the stack's folder, as it goes into payloads. */
export function ownRunPlace(world: Pick<World, 'layout'>, stack: string): string {
  return path.relative(stackFolder(world.layout, stack), ownRunFolder(world, stack));
}

/** Where a run keeps what it does to a Compose project, absolute: its own folder for the stack, one below it for its twin. */
export function ownProjectFolder(world: Pick<World, 'layout'>, stack: string, project: string): string {
  const folder = ownRunFolder(world, stack);
  return project === stack ? folder : path.join(folder, TWIN_FOLDER);
}

/** In a run's folder: the frozen configuration of its twin, copies of bound files, children, samples. */
export const TWIN_FOLDER = 'twin';

/** Where a run keeps what it does for one of its backups; one folder a backup, named by its id. */
export function ownBackupFolder(world: Pick<World, 'layout'>, stack: string, backup: string): string {
  return path.join(ownRunFolder(world, stack), BACKUPS_FOLDER, backup);
}

/** All of them, of any run by its folder. */
export async function backupFolders(folder: string): Promise<string[]> {
  const names = await readdir(path.join(folder, BACKUPS_FOLDER)).catch(() => []);
  return names.map((name) => path.join(folder, BACKUPS_FOLDER, name));
}

const BACKUPS_FOLDER = 'backups';

/** Who asks for this activity. */
export function ownRun(): { workflowId: string; runId: string } {
  const { workflowId, runId } = activityInfo().workflowExecution!;
  return { workflowId, runId };
}
