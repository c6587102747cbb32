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

/** Who asks for this activity. */
export function ownRun(): { workflowId: string; runId: string } {
  const { workflowId, runId } = activityInfo().workflowExecution!;
  return { workflowId, runId };
}
