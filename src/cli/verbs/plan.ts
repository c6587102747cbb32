import { type DeploymentEnd, exitCodeOfEnd } from '../../client/deployment-end.js';
import { Deployments } from '../../client/deployments.js';
import { requireWorker } from '../../client/pollers.js';
import { mutatingSteps, type Plan } from '../../plan/plan.js';
import { renderPlan } from '../../plan/render-plan.js';
import { EXIT } from '../../spec/outcome.js';
import { requestFrom, stackToDeploy } from '../deploy-request.js';
import { followRun } from '../follow-run.js';
import { interruptible } from '../interrupt.js';
import { endDocument } from '../render/end-document.js';
import { endText } from '../render/end-text.js';
import { silentView } from '../render/run-view.js';
import type { Cli } from '../terminal.js';
import { linkTo, withTemporal } from '../with-temporal.js';

export interface PlanFlags {
  pull?: boolean;
  reason?: string;
  /** Exit with 10 when something would, or might, change. */
  exitCode?: boolean;
}

/** Prints what a deployment would do, and why. Nothing is built, pulled or touched. */
export async function plan(cli: Cli, services: string[], flags: PlanFlags): Promise<number> {
  return withTemporal(cli, async (reach) => {
    await requireWorker(reach);
    const stack = await stackToDeploy(cli, reach);
    const deployments = new Deployments(reach.client);
    const run = await deployments.start({ ...requestFrom(cli, stack, services, flags), dryRun: true });
    const followed = await interruptible((signal) => followRun(deployments, run.workflowId, silentView, { signal }));
    if (followed.kind !== 'ended') return EXIT.interrupted;

    const found = planIn(followed.end);
    if (!found) {
      const link = await linkTo(cli, reach, run);
      if (cli.flags.json) cli.printJson(endDocument(followed.end, run, link));
      else cli.say(endText(followed.end, run, link, cli.colours));
      return exitCodeOfEnd(followed.end);
    }
    if (cli.flags.json) cli.printJson(found);
    else cli.print(renderPlan(found).trimEnd());
    return flags.exitCode && wouldChange(found) ? EXIT.changes : EXIT.ok;
  });
}

function planIn(end: DeploymentEnd): Plan | undefined {
  return end.kind === 'reported' && end.report.outcome === 'succeeded' ? end.report.plan : undefined;
}

function wouldChange(plan: Plan): boolean {
  return mutatingSteps(plan).length > 0 || (plan.mayChange ?? []).length > 0;
}
