import { CancellationScope } from '@temporalio/workflow';
import { findingText, type Finding } from '../src/spec/finding.js';
import type { DeployResult } from '../src/spec/deploy-result.js';
import { orphanFindings } from '../src/plan/orphan-findings.js';
import type { Plan } from '../src/plan/plan.js';
import type { FrozenRef } from '../src/spec/stack-spec.js';
import type { FrozenConfig } from '../activities/activities.js';
import { beginOnHost, locateStack } from './begin.js';
import { parseDeployInput } from './deploy-request.js';
import { DeploymentRun } from './deployment-run.js';
import { makeImages } from './make-images.js';
import { replaceInWaves } from './replace-in-waves.js';
import { runToItsEnd } from './run-to-its-end.js';
import { Rejection } from './turning-points.js';

/**
 * The runbook of a deployment. Nothing is touched before all that can fail without touching has succeeded; whatever
 * fails after that brings the previous state back, behind the same gates.
 */
export async function deploy(request?: unknown): Promise<DeployResult> {
  const run = new DeploymentRun(parseDeployInput(request));

  return runToItsEnd(run, async () => {
    await locateStack(run);
    await beginOnHost(run);
    const config = await freeze(run);
    await preflight(run, config);
    if (run.input.dryRun) return void (await plan(run, 'may-change'));

    await capture(run, config.frozen);
    await makeImages(run, config);
    await replaceInWaves(run, await plan(run, 'as-tagged'));
    await record(run, config.frozen);
  });
}

type SoundConfig = FrozenConfig & { frozen: FrozenRef };

/** Renders the configuration once; the whole run uses that rendering, whatever happens to the files meanwhile. */
async function freeze(run: DeploymentRun): Promise<SoundConfig> {
  const { services, pull } = run.input;
  const config = await run.line('freeze', 'freeze the configuration', () =>
    run.host.quick.freezeConfig({ ...run.turn, services, pull }),
  );
  if (!config.frozen) return reject(run, config.findings);
  run.frozen = config.frozen;
  return { ...config, frozen: config.frozen };
}

/** Every finding at once, those of the configuration among them; any error rejects the run. */
async function preflight(run: DeploymentRun, { frozen, findings }: SoundConfig): Promise<void> {
  const { services } = run.input;
  const found = await run.line('preflight', 'preflight', () =>
    run.host.quick.preflight({ ...run.turn, frozen, services }),
  );
  const all = [...findings, ...found];
  if (all.some(({ severity }) => severity === 'error')) reject(run, all);
  run.checklist.warn(...all);
}

function reject(run: DeploymentRun, findings: Finding[]): never {
  run.checklist.warn(...findings.filter(({ severity }) => severity === 'warning'));
  const errors = findings.filter(({ severity }) => severity === 'error');
  throw new Rejection(errors.map(findingText).join('\n'));
}

/** From here on there is something to take back: the run knows what serves, and what every tag names. */
async function capture(run: DeploymentRun, frozen: FrozenRef): Promise<void> {
  run.capture = await run.line(
    'capture',
    'capture what serves now',
    () => run.host.quick.captureStack({ ...run.turn, frozen }),
    ({ release }) => (release === undefined ? 'first deployment' : `release ${release}`),
  );
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

/** Once the release serves and is being written down there is no way back but another release, so nothing stops this. */
async function record(run: DeploymentRun, frozen: FrozenRef): Promise<void> {
  await CancellationScope.nonCancellable(() => recordRelease(run, frozen));
}

async function recordRelease(run: DeploymentRun, frozen: FrozenRef): Promise<void> {
  const { reason, performer } = run.input;
  const recorded = await run.line(
    'record',
    'record the release',
    () => run.host.quick.recordRelease({ ...run.turn, frozen, plan: run.plan!, reason, performer }),
    ({ release }) => `release ${release}`,
  );
  run.release = recorded.release;
}
