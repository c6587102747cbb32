import { CancellationScope } from '@temporalio/workflow';
import { planDifference } from '../src/plan/plan-difference.js';
import { mutatingSteps, type Plan } from '../src/plan/plan.js';
import { beginAgain } from './begin.js';
import { messageOf } from './checklist.js';
import type { DeploymentRun } from './deployment-run.js';
import { giveUpLease } from './hold-lease.js';

/**
 * Returns the plan that people let the run walk. While it waits for them it stands aside: others may change the stack.
 * Afterwards it looks and plans anew (`lookAnew`); where that comes to another plan, approvals of the one before are void,
 * and it waits again. Only where the run was reset, and its former self has left the stack half new, it waits with the stack in
 * its hands: somebody has to take that back should people refuse.
 */
export async function clearance(
  run: DeploymentRun,
  plan: Plan,
  lookAnew: (before: Plan) => Promise<Plan>,
): Promise<Plan> {
  let current = plan;
  while (mutatingSteps(current).length > 0 && hasToWait(run, current)) {
    const isHalfNew = run.changed.length > 0;
    if (!isHalfNew) await standAside(run);
    while (hasToWait(run, current)) {
      await run.pauses.over();
      if (run.approvals.isMissing(current)) await run.approvals.await(current);
    }
    if (isHalfNew) return current;
    await beginAgain(run);
    const anew = await lookAnew(current);
    const differences = planDifference(current, anew);
    if (differences.length > 0) voidApprovals(run, differences);
    current = anew;
  }
  return current;
}

function hasToWait({ approvals, pauses }: DeploymentRun, plan: Plan): boolean {
  return pauses.isAsked || approvals.isMissing(plan);
}

/** Afterwards the run holds nothing, and the stack is as if it had not begun. What it has made is kept for later. */
async function standAside(run: DeploymentRun): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    // What its rehearsal leaves has to be gone before the run's folder is moved aside.
    await Promise.all(run.tidying);
    run.asideRounds += 1;
    const { images, findings } = await run.line('approval', 'stand aside', () =>
      run.host.quick.standAside({ ...run.turn, capture: run.capture!, round: run.asideRounds }),
    );
    run.aside = images;
    run.checklist.warn(...findings);
    delete run.capture;
    run.leased = false;
    await giveUpLease(run.hostName, run.input.stack);
  });
}

/** The images that the run has made have their names again. */
export async function takeUpImages(run: DeploymentRun): Promise<void> {
  await run.line('approval', 'take the images up again', () =>
    run.host.quick.takeUpImages({ ...run.turn, images: run.aside }),
  );
  run.aside = [];
}

/** For a run that ends while it stands aside: what it has kept is let go. */
export async function letImagesGo(run: DeploymentRun): Promise<void> {
  if (run.aside.length === 0) return;
  const images = run.aside;
  await CancellationScope.nonCancellable(async () => {
    try {
      await run.host.quick.letImagesGo({ ...run.turn, images });
    } catch (error) {
      const names = images.map(({ pin }) => pin).join(' ');
      const command = `docker rmi ${names}`;
      run.leftovers.push({ what: `image ${names}`, why: messageOf(error), command, debris: true });
    }
  });
}

function voidApprovals(run: DeploymentRun, differences: string[]): void {
  const because = `the plan is another one by now: ${differences.join('; ')}`;
  run.approvals.void(because);
  run.checklist.warn({ rule: 'plan-changed', severity: 'warning', message: because });
}
