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

/** Where a run keeps what was there before it, relative to the stack's folder. */
export function ownCapturePlace(world: Pick<World, 'layout'>, stack: string): string {
  return path.join(ownRunPlace(world, stack), 'capture');
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
  return backupFolder(ownRunFolder(world, stack), backup);
}

/** The same of any run, by its folder. */
export function backupFolder(runFolder: string, backup: string): string {
  return path.join(runFolder, 'backups', backup);
}

/** Who asks for this activity. */
export function ownRun(): { workflowId: string; runId: string } {
  const { workflowId, runId } = activityInfo().workflowExecution!;
  return { workflowId, runId };
}
