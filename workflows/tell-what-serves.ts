import { CancellationScope } from '@temporalio/workflow';
import { messageOf } from './checklist.js';
import type { DeploymentRun } from './deployment-run.js';
import { hostIsDown } from './turning-points.js';

/**
 * For a run that could not take back all that it did: one look at what stands for each service now, and what a person does next about
 * it, go into its result. Where nobody can look, that is said; it changes nothing of how the run ends.
 */
export async function tellWhatServes(run: DeploymentRun): Promise<void> {
  const { capture, turn, changed } = run;
  const back = [...new Set([...run.restored, ...run.intact])];
  const about = { back, touched: changed, ...(capture?.release === undefined ? {} : { release: capture.release }) };
  const line = { id: 'see what serves', phase: 'rollback' as const, title: 'see what serves now' };
  try {
    await CancellationScope.nonCancellable(async () => {
      const { services, next } = await run.checklist.line(line, () =>
        run.host.seeing.seeWhatServes({ ...turn, ...about }),
      );
      run.serves = services;
      run.next = next;
    });
  } catch (error) {
    const command = `evenkeel status -p ${run.input.stack}`;
    run.next = { command, means: `nobody could look what serves now: ${hostIsDown(error) ?? messageOf(error)}` };
  }
}
