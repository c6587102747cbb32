import { CancellationScope } from '@temporalio/workflow';
import { deployInput } from '../src/spec/deploy-input.js';
import type { DeployResult } from '../src/spec/deploy-result.js';
import { orphanFindings } from '../src/plan/orphan-findings.js';
import { mutatingSteps, type Plan } from '../src/plan/plan.js';
import type { FrozenRef } from '../src/spec/stack-spec.js';
import type { FrozenConfig, HostActivities } from '../activities/activities.js';
import { beginOnHost, locateStack } from './begin.js';
import { messageOf } from './checklist.js';
import { beginProbation } from './begin-probation.js';
import { DeploymentRun } from './deployment-run.js';
import { backUp } from './back-up.js';
import { clearance, takeUpImages } from './clearance.js';
import { collectReleases } from './collect-releases.js';
import { makeImages } from './make-images.js';
import { rehearse } from './rehearse.js';
import { replaceInWaves } from './replace-in-waves.js';
import { runToItsEnd } from './run-to-its-end.js';
import { Rejection, rejectOn } from './turning-points.js';
import { parseInput } from './parse-input.js';

/**
 * The runbook of a deployment. Nothing is touched before all that can fail without touching has succeeded; whatever
 * fails after that brings the previous state back, behind the same gates.
 */
export async function deploy(request?: unknown): Promise<DeployResult> {
  const run = new DeploymentRun(parseInput(deployInput, request, 'a deployment'));
  run.listen();

  return runToItsEnd(run, async () => {
    await locateStack(run);
    await beginOnHost(run);
    const config = await freeze(run);
    await preflight(run, config);
    if (run.input.dryRun) return void (await plan(run, 'may-change'));

    await capture(run, config.frozen);
    await makeImages(run, config);
    const planned = await plan(run, 'as-tagged');
    await proveBeforehand(run, config, planned, 'whole');
    run.approvals.ask(config.approval, 'deploy');
    const cleared = await clearance(run, planned, (before) => lookAnew(run, config, before));
    await replaceInWaves(run, cleared);
    const recorded = await record(run, config.frozen);
    if (config.scheduled) await applySchedules(run, config.frozen);
    if (recorded.collect) await collectReleases(run, config.frozen);
  });
}

type SoundConfig = FrozenConfig & { frozen: FrozenRef };

/** Renders the configuration once; the whole run uses that rendering, whatever happens to the files meanwhile. */
export async function freeze(run: DeploymentRun): Promise<SoundConfig> {
  const { services, pull } = run.input;
  const config = await run.line('freeze', 'freeze the configuration', () =>
    run.host.quick.freezeConfig({ ...run.turn, services, pull }),
  );
  if (!config.frozen) {
    rejectOn(run, config.findings);
    throw new Rejection('the configuration cannot be frozen');
  }
  run.frozen = config.frozen;
  return { ...config, frozen: config.frozen };
}

/** Every finding at once, those of the configuration among them; any error rejects the run. */
async function preflight(run: DeploymentRun, { frozen, findings }: SoundConfig): Promise<void> {
  const { services } = run.input;
  const found = await run.line('preflight', 'preflight', () =>
    run.host.quick.preflight({ ...run.turn, frozen, services }),
  );
  rejectOn(run, [...findings, ...found]);
}

/** From here on there is something to take back: the run knows what serves, and what every tag names. */
export async function capture(run: DeploymentRun, frozen: FrozenRef, references: string[] = []): Promise<void> {
  const { findings = [], ...captured } = await run.line(
    'capture',
    'capture what serves now',
    () => run.host.quick.captureStack({ ...run.turn, frozen, ...(references.length > 0 ? { references } : {}) }),
    ({ release }) => (release === undefined ? 'first deployment' : `release ${release}`),
  );
  run.capture = captured;
  run.checklist.warn(...findings);
}

async function plan(run: DeploymentRun, images: 'as-tagged' | 'may-change'): Promise<Plan> {
  const { services, pull, noCache } = run.input;
  run.plan = await run.line(
    'plan',
    'plan',
    () => run.host.quick.planDeployment({ ...run.turn, frozen: run.frozen!, services, images, pull, noCache }),
    ({ waves, hash }) => (waves.length === 0 ? 'nothing to change' : hash.slice(0, 12)),
  );
  run.checklist.warn(...run.plan.warnings, ...orphanFindings(run.plan));
  return run.plan;
}

/**
 * While everything still serves: the images are looked at, what the change can reach is backed up, and the release runs on
 * a twin that stands on the restored backup. Where nothing serves yet there is nothing to lose, and nothing to restore.
 */
async function proveBeforehand(
  run: DeploymentRun,
  config: SoundConfig,
  plan: Plan,
  what: 'whole' | 'data',
): Promise<void> {
  if (mutatingSteps(plan).length === 0) return;
  const { frozen } = config;
  rejectOn(
    run,
    await run.line('rehearsal', 'look at the images', () => run.host.quick.checkImages({ ...run.turn, frozen, plan })),
  );
  const { skip, reason } = run.input;
  for (const part of skip) {
    run.checklist.warn({ rule: 'skipped', severity: 'warning', message: `no ${part} this time: ${reason}` });
  }
  const mode = what === 'data' || skip.includes('rehearsal') ? 'off' : (config.rehearsal ?? 'auto');
  if (run.capture?.release === undefined && mode !== 'required') return;

  const backup = skip.includes('backup') ? { stores: [] } : await backUp(run, plan);
  // What the running version logs is not held against the new one, on the twin neither.
  const services = plan.waves.flat().map(({ service }) => service);
  if (!skip.includes('scan')) await run.host.changing.noteLogBaseline({ ...run.turn, frozen, services });
  if (mode !== 'off' || backup.stores.length > 0) await rehearse(run, plan, backup, mode);
}

/**
 * The run has waited, and others may have changed the stack, its images' names and its data. The images that it has made
 * count, whatever lies in their directories now. A plan that is the same has been rehearsed; only its backup is old.
 */
async function lookAnew(run: DeploymentRun, config: SoundConfig, before: Plan): Promise<Plan> {
  await capture(run, config.frozen);
  await takeUpImages(run);
  const anew = await plan(run, 'as-tagged');
  const { rehearsal } = run;
  const isSame = anew.hash === before.hash;
  await proveBeforehand(run, config, anew, isSame ? 'data' : 'whole');
  if (isSame && rehearsal) {
    const { stores, rtoMs, rpoMs } = run.rehearsal ?? rehearsal;
    run.rehearsal = {
      ...rehearsal,
      stores,
      ...(rtoMs === undefined ? {} : { rtoMs }),
      ...(rpoMs === undefined ? {} : { rpoMs }),
    };
  }
  return anew;
}

/** Once the release serves and is being written down there is no way back but another release, so nothing stops this. */
async function record(run: DeploymentRun, frozen: FrozenRef): Promise<Recorded> {
  return CancellationScope.nonCancellable(() => recordRelease(run, frozen));
}

type Recorded = Awaited<ReturnType<HostActivities['recordRelease']>>;

async function recordRelease(run: DeploymentRun, frozen: FrozenRef): Promise<Recorded> {
  const { reason, performer } = run.input;
  const backup = run.backup?.id;
  const recorded = await run.line(
    'record',
    'record the release',
    () =>
      run.host.quick.recordRelease({
        ...run.turn,
        frozen,
        plan: run.plan!,
        reason,
        performer,
        backup,
        gates: run.gates,
      }),
    ({ release }) => `release ${release}`,
  );
  run.release = recorded.release;
  await beginProbation(run, recorded.probation, run.capture?.release);
  return recorded;
}

/** The release serves, whatever becomes of its schedules. */
async function applySchedules(run: DeploymentRun, frozen: FrozenRef): Promise<void> {
  const apply = () =>
    run.line(
      'record',
      'apply schedules',
      () => run.host.quick.applySchedules({ ...run.turn, frozen }),
      ({ set, removed }) =>
        [set.join(', ') || 'none', ...(removed.length > 0 ? [`removed ${removed.join(', ')}`] : [])].join('; '),
    );
  try {
    await CancellationScope.nonCancellable(apply);
  } catch (error) {
    run.checklist.warn({
      ...{ rule: 'schedules-not-applied', severity: 'warning' },
      message: `the schedules of the configuration could not be applied: ${messageOf(error)}`,
      remedy: 'evenkeel schedule list; deploying again applies them',
    });
  }
}
