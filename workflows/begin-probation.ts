import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  sleep,
  startChild,
} from '@temporalio/workflow';
import { probationId } from '../src/names.js';
import type { ProbationWatch } from '../src/spec/probation.js';
import { messageOf } from './checklist.js';
import type { DeploymentRun } from './deployment-run.js';
import { supersedeSignal } from './messages.js';
import { type Probation, probation } from './probation.js';

/** How often the probation of an earlier release is looked for; it ends as soon as it is told to. */
const LOOKS = 50;

/**
 * Afterwards the release that the run has recorded is watched, and none before it. It serves whatever becomes of this, so a
 * failure is a warning.
 */
export async function beginProbation(
  run: DeploymentRun,
  asked: Pick<ProbationWatch, 'services' | 'forMs'> | undefined,
  previous: string | undefined,
): Promise<void> {
  if (!asked || run.release === undefined) return;
  const { stack } = run.input;
  const watch: Probation = {
    ...{ stack, host: run.hostName, release: run.release, ...asked },
    ...(previous === undefined ? {} : { previous }),
  };
  await CancellationScope.nonCancellable(async () => {
    try {
      run.probation = { workflowId: await start(watch), forMs: asked.forMs };
    } catch (error) {
      const message = `nothing watches release ${watch.release}: ${messageOf(error)}`;
      run.checklist.warn({ rule: 'no-probation', severity: 'warning', message });
    }
  });
}

async function start(watch: Probation): Promise<string> {
  const workflowId = probationId(watch.host, watch.stack);
  for (let look = 1; ; look += 1) {
    try {
      await startChild(probation, {
        workflowId,
        args: [watch],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: `Watch release ${watch.release} of ${watch.stack}`,
      });
      return workflowId;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError) || look === LOOKS) throw error;
    }
    await supersede(workflowId);
    await sleep(200, { summary: 'the probation of an earlier release ends' });
  }
}

/** Harmless when it has ended by itself meanwhile. */
async function supersede(workflowId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(supersedeSignal);
  } catch {
    // There is nobody to tell.
  }
}
