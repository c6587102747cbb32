import type { WorkflowHandle } from '@temporalio/client';
import type { Progress } from '../../src/spec/progress.js';
import { isAway } from '../../src/client/away.js';
import { eventually } from './eventually.js';

/** Resolves with the progress of a run once it waits for people to approve its plan. While there is no worker nobody answers for it. */
export async function awaitingApproval(handle: WorkflowHandle): Promise<Progress> {
  let progress: Progress | undefined;
  await eventually('the run waits for approval', async () => {
    progress = await handle.query<Progress>('progress').catch(unlessAway);
    return progress?.awaitsApproval !== undefined;
  });
  return progress!;
}

function unlessAway(error: unknown): undefined {
  if (!isAway(error)) throw error;
}
