import { Deployments } from '../../client/deployments.js';
import { requireAnyWorker } from '../../client/pollers.js';
import { renderPlan } from '../../plan/render-plan.js';
import { approvalsOf, approvalText } from '../../spec/approval.js';
import { EXIT } from '../../spec/outcome.js';
import type { Progress } from '../../spec/progress.js';
import { openRun } from '../open-run.js';
import { performerFrom } from '../performer.js';
import { confirm } from '../prompt.js';
import { sayAnswer } from '../say-answer.js';
import type { Cli } from '../terminal.js';
import { withTemporal } from '../with-temporal.js';

export interface ApproveFlags {
  reason?: string;
  plan?: string;
  yes?: boolean;
}

/**
 * Approves the plan that a run waits with: the run named, else the stack's open one. A terminal shows the plan and asks;
 * what is approved is the plan that was shown, or `--plan`, and no other.
 */
export async function approve(cli: Cli, run: string | undefined, flags: ApproveFlags): Promise<number> {
  return withTemporal(cli, async (reach) => {
    await requireAnyWorker(reach);
    const deployments = new Deployments(reach.client);
    const workflowId = run ?? (await openRun(cli, reach, 'approve', waits));
    const progress = await deployments.progress(workflowId);
    const { awaitsApproval } = progress;
    if (awaitsApproval && cli.interactive) {
      cli.say(whatIsAsked(progress));
      if (!(await confirm(cli, `Approve this plan for ${workflowId}?`, flags.yes ?? false))) {
        cli.say('left alone');
        return EXIT.failed;
      }
    }
    const plan = flags.plan ?? awaitsApproval?.plan.hash;
    const answer = await deployments.say(workflowId, 'approve', {
      by: performerFrom(cli.env),
      ...(flags.reason === undefined ? {} : { reason: flags.reason }),
      ...(plan === undefined ? {} : { plan }),
    });
    return sayAnswer(cli, workflowId, answer);
  });
}

/** Whether a run waits for approval. */
export function waits({ awaitsApproval }: Progress): boolean {
  return awaitsApproval !== undefined;
}

function whatIsAsked({ awaitsApproval, approvals = [] }: Progress): string {
  const { plan, quorum, expiresAtMs } = awaitsApproval!;
  return [
    renderPlan(plan).trimEnd(),
    ...approvals.map(approvalText),
    `${approvalsOf(approvals, plan.hash).length} of ${quorum} have approved; it waits until ${new Date(expiresAtMs).toISOString()}`,
  ].join('\n');
}
