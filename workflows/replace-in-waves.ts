import { sleep } from '@temporalio/workflow';
import type { Plan, Step } from '../src/plan/plan.js';
import type { Verdict } from '../src/gates/verdict.js';
import type { DeploymentRun } from './deployment-run.js';
import { Flights } from './flights.js';
import { GateFailed, unverified } from './turning-points.js';

/**
 * Walks the plan: a wave's services are replaced together, each is judged as soon as it has started, and the next wave
 * begins when all of them are well. The stable windows overlap with the waves that follow. The host decides how many are
 * at work at once.
 */
export async function replaceInWaves(run: DeploymentRun, plan: Plan): Promise<void> {
  for (const step of plan.waves.flat()) {
    run.checklist.expect({ ...lineOf(step), because: step.because.join('; ') });
  }
  await Flights.run(async (flights) => {
    for (const wave of plan.waves) {
      run.begun.push([]);
      const wellForTheFirstTime = plan.together
        ? wave.map((step) => flights.launch(() => replaceAndJudge(run, step)))
        : await oneAfterAnother(run, plan, wave, flights);
      await flights.orFailure(Promise.all(wellForTheFirstTime));
      for (const step of wave.filter(({ gate }) => gate.stableForMs > 0)) {
        void flights.launch(() => judge(run, step, 'watchStability'));
      }
    }
  });
}

async function replaceAndJudge(run: DeploymentRun, step: Step): Promise<void> {
  await replace(run, step);
  await judge(run, step, 'awaitHealth');
}

/** The replaces follow each other, with the plan's pause between them; the gates go on meanwhile. */
async function oneAfterAnother(
  run: DeploymentRun,
  { staggerMs }: Plan,
  wave: Step[],
  flights: Flights,
): Promise<Promise<void>[]> {
  const wellForTheFirstTime: Promise<void>[] = [];
  for (const step of wave) {
    flights.check();
    await replace(run, step);
    wellForTheFirstTime.push(flights.launch(() => judge(run, step, 'awaitHealth')));
    if (staggerMs > 0) await flights.orFailure(sleep(staggerMs, { summary: `stagger after ${step.service}` }));
  }
  return wellForTheFirstTime;
}

async function replace(run: DeploymentRun, step: Step): Promise<void> {
  if (step.kind === 'judge') return;
  run.checklist.enter('replace');
  run.begun.at(-1)!.push(step);
  await run.checklist.line({ ...lineOf(step), because: step.because.join('; ') }, () =>
    run.host.changing.replaceService.executeWithOptions({ summary: summaryOf(step) }, [
      { ...run.turn, frozen: run.frozen!, step },
    ]),
  );
}

/** Throws when the gate does not pass; an inconclusive one that the operator accepts becomes a warning. */
async function judge(run: DeploymentRun, step: Step, how: 'awaitHealth' | 'watchStability'): Promise<void> {
  const { service, gate } = step;
  // Nothing runs that could be judged.
  if (step.scale === 0) return;
  const line = {
    ...lineOf(step),
    id: `${how} ${service}`,
    title: how === 'awaitHealth' ? `gate ${service}` : `watch ${service}`,
  };
  const judging = run.host.judging(gate.timeoutMs + gate.stableForMs);
  await run.checklist.line(
    line,
    async () => {
      const verdict = await judging[how].executeWithOptions({ summary: line.title }, [
        { ...run.turn, frozen: run.frozen!, service, gate },
      ]);
      settle(run, step, verdict);
      if (how === 'awaitHealth' && step.kind === 'replace') mentionUnchecked(run, verdict);
      return verdict;
    },
    ({ reason }) => reason,
  );
}

function settle(run: DeploymentRun, { gate }: Step, verdict: Verdict): void {
  if (verdict.verdict === 'pass') return;
  if (verdict.verdict === 'fail' || gate.onInconclusive === 'rollback') throw new GateFailed(verdict);
  run.checklist.warn(unverified(verdict));
}

/** A plan knows of it beforehand only where the file says so, or a container of the service was there to tell. */
function mentionUnchecked(run: DeploymentRun, verdict: Verdict): void {
  const { service, unchecked } = verdict;
  const known = run.checklist.progress.warnings.some(
    (warning) => warning.rule === 'unverified' && warning.service === service,
  );
  if (verdict.verdict === 'pass' && unchecked && !known) run.checklist.warn(unverified(verdict));
}

function lineOf({ kind, service }: Step) {
  const verb = kind === 'run-again' ? 'run again' : kind;
  return { id: `${kind} ${service}`, phase: 'replace' as const, title: `${verb} ${service}`, service };
}

function summaryOf({ kind, service, because }: Step): string {
  return `${kind} ${service}: ${because[0]}`.slice(0, 200);
}
