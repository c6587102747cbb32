import type { WorkflowHandle } from '@temporalio/client';
import type { Progress, ProgressLine } from '../../src/spec/progress.js';
import { eventually } from './eventually.js';

/** Resolves while a run is at a piece of work, by the title of its line in the checklist: `replace api`. */
export async function comesTo(run: WorkflowHandle, title: string): Promise<void> {
  await eventually(`${run.workflowId} comes to ${title}`, async () => {
    const { state } = (await findLine(run, title)) ?? {};
    if (state !== undefined && state !== 'waiting' && state !== 'running')
      throw new Error(`${title} is ${state} already`);
    return state === 'running';
  });
}

/** A line of a run's checklist, during its life or after it. */
export async function lineOf(run: WorkflowHandle, title: string): Promise<ProgressLine> {
  const line = await findLine(run, title);
  if (!line) throw new Error(`${run.workflowId} has no line "${title}"`);
  return line;
}

async function findLine(run: WorkflowHandle, title: string): Promise<ProgressLine | undefined> {
  const { lines } = await run.query<Progress>('progress');
  return lines.find((line) => line.title === title);
}
