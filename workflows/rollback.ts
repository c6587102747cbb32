import { CancellationScope } from '@temporalio/workflow';
import type { PlannedData } from '../src/plan/plan.js';
import { deployInput } from '../src/spec/deploy-input.js';
import type { DeployResult } from '../src/spec/deploy-result.js';
import type { RestoreChoice } from '../src/spec/restore.js';
import type { RollbackChoice } from '../src/spec/rollback.js';
import { rollbackInput, type RollbackInput } from '../src/spec/rollback-input.js';
import { beginOnHost, locateStack } from './begin.js';
import { beginProbation } from './begin-probation.js';
import { type Aim, bringBack } from './bring-back.js';
import { isByProbation } from './by-itself.js';
import { clearance, takeUpImages } from './clearance.js';
import { capture } from './deploy.js';
import { DeploymentRun } from './deployment-run.js';
import { noteRestored } from './replace-data.js';
import { bringBackWithData, chooseData, plannedData } from './rollback-data.js';
import { runToItsEnd } from './run-to-its-end.js';
import { rejectOn } from './turning-points.js';
import { parseInput } from './parse-input.js';

/**
 * Brings an earlier release back from what is kept of it: nothing is built, pulled or read from the project's files. It passes the
 * same gates as a deployment, and where one fails, what served before comes back. Where people have to approve it, it waits for
 * them as a deployment does. With `restoreData` the data comes back too, as it was backed up before that release was replaced.
 */
export async function rollback(request?: unknown): Promise<DeployResult> {
  const input = parseInput(rollbackInput, request, 'a rollback');
  const { to: _to, from: _from, restoreData, ...common } = input;
  // What is valid here is valid for a deployment too; the time has been read already.
  const run = new DeploymentRun(deployInput().parse({ ...common, startBy: undefined }));
  run.input.startBy = input.startBy;
  // What was written since is lost to the stack: nobody but people decide that.
  run.input.requireApproval ||= restoreData;
  run.approvals.listen();
  run.deadlines.listen();

  return runToItsEnd(run, async () => {
    await locateStack(run);
    await beginOnHost(run);
    const found = await lookForWay(run, input);
    if (!found) return;
    let way = found;
    // It waits for nobody, as the way back from a failed deployment does.
    if (!isByProbation(run)) run.approvals.ask(way.choice.approval, 'rollback');
    await clearance(run, way.aim.plan, async () => {
      // Who approves means that release, whichever would be chosen by now.
      way = (await lookForWay(run, { ...input, to: way.choice.release }))!;
      return way.aim.plan;
    });
    await walk(run, way);
  });
}

/** Where a rollback goes, and what it is going to do. */
interface Way {
  choice: RollbackChoice;
  aim: Aim;
  /** The data that comes back besides. */
  data?: RestoreChoice;
}

/** Looks and plans, also anew after the run has waited for people. There is no way where the run only plans. */
async function lookForWay(run: DeploymentRun, input: RollbackInput): Promise<Way | undefined> {
  const choice = await choose(run, input);
  run.frozen = choice.frozen;
  if (!run.input.dryRun) await capture(run, choice.frozen, choice.references);
  if (run.asideRounds > 0) await takeUpImages(run);
  const { release, backup } = choice;
  const data = backup === undefined ? undefined : await chooseData(run, { release, backup });
  const aim = await plan(run, choice, data && (await plannedData(run, data)));
  return aim && { choice, aim, ...(data ? { data } : {}) };
}

async function walk(run: DeploymentRun, way: Way): Promise<void> {
  const { aim, data } = way;
  if (!data) {
    await bringBack(run, aim);
    return record(run, way);
  }
  const downMs = await bringBackWithData(run, aim, data);
  await record(run, way);
  noteRestored(run, data, downMs);
  run.dataRestored!.writes = aim.plan.data!.writes;
}

async function choose(run: DeploymentRun, { to, from, restoreData }: RollbackInput): Promise<RollbackChoice> {
  const asked = {
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
    ...(restoreData ? { restoreData } : {}),
  };
  const choice = await run.line(
    'freeze',
    'choose the release',
    () => run.host.quick.chooseRollback({ ...run.turn, ...asked }),
    ({ release }) => (release === '' ? 'none' : `release ${release}`),
  );
  rejectOn(run, choice.findings);
  return choice;
}

/** There is no aim where the run only plans. */
async function plan(
  run: DeploymentRun,
  { release, target }: RollbackChoice,
  data: PlannedData | undefined,
): Promise<Aim | undefined> {
  const where = { ...(run.capture ? { capture: run.capture } : {}), ...(data ? { data } : {}) };
  const planned = await run.line(
    'plan',
    'plan',
    () => run.host.quick.planRollback({ ...run.turn, release, target, ...where }),
    ({ plan: { waves, hash } }) => (waves.length === 0 ? 'nothing to change' : hash.slice(0, 12)),
  );
  run.plan = planned.plan;
  return planned.aim && { plan: planned.plan, capture: planned.aim, frozen: target };
}

/** As with a deployment, nothing stops this once the release serves. */
async function record(run: DeploymentRun, { choice: { release, target }, aim }: Way): Promise<void> {
  const { reason, performer } = run.input;
  const about = { frozen: target, plan: aim.plan, reason, performer, gates: run.gates, repeats: release };
  await CancellationScope.nonCancellable(async () => {
    const recorded = await run.line(
      'record',
      'record the release',
      () => run.host.quick.recordRelease({ ...run.turn, ...about }),
      (made) => `release ${made.release}, which is release ${release} again`,
    );
    run.release = recorded.release;
    await beginProbation(run, recorded.probation, undefined);
    run.remarks.push(`release ${recorded.release} is release ${release} again`);
  });
}
