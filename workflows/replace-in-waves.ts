import { sleep } from '@temporalio/workflow';
import type { Plan, Step } from '../src/plan/plan.js';
import type { DeploymentRun } from './deployment-run.js';
import { Flights } from './flights.js';
import { mayReplace } from './may-replace.js';
import { examine, judge, judgeAll, theStack } from './judge.js';

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
      await run.pauses.atBorder(flights);
      run.begun.push([]);
      const wellForTheFirstTime = plan.together
        ? wave.map((step) => flights.launch(() => replaceAndJudge(run, step, flights)))
        : await oneAfterAnother(run, plan, wave, flights);
      await flights.orFailure(Promise.all(wellForTheFirstTime));
      void flights.launch(() => prove(run, wave));
    }
  });
}

async function replaceAndJudge(run: DeploymentRun, step: Step, flights: Flights): Promise<void> {
  await replace(run, step, flights);
  await judge(run, theStack(run), step, 'awaitHealth');
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
    await replace(run, step, flights);
    wellForTheFirstTime.push(flights.launch(() => judge(run, theStack(run), step, 'awaitHealth')));
    if (staggerMs > 0) await flights.orFailure(sleep(staggerMs, { summary: `stagger after ${step.service}` }));
  }
  return wellForTheFirstTime;
}

async function replace(run: DeploymentRun, step: Step, flights: Flights): Promise<void> {
  if (step.kind === 'judge') return;
  run.checklist.enter('replace');
  run.begun.at(-1)!.push(step);
  await run.checklist.line({ ...lineOf(step), because: step.because.join('; ') }, () =>
    replaceWhatIsThere(run, step, flights),
  );
}

/** Where somebody has changed the service since the plan was made, people say whether that is replaced too. */
async function replaceWhatIsThere(run: DeploymentRun, step: Step, flights: Flights): Promise<void> {
  let { replaces } = step;
  for (;;) {
    const replacing = run.host.changing.replaceService.executeWithOptions({ summary: summaryOf(step) }, [
      { ...run.turn, frozen: run.frozen!, step: { ...step, replaces } },
    ]);
    const { containers, changedByHand } = await replacing;
    if (!changedByHand) return;
    const { service } = step;
    await flights.orStopped(mayReplace(run, { service, what: `replace ${service}` }, changedByHand));
    replaces = containers;
  }
}

/** A wave stays well; then what it has logged, and what it answers, count too. */
async function prove(run: DeploymentRun, wave: Step[]): Promise<void> {
  const stack = theStack(run);
  const watched = wave.filter(({ gate }) => gate.stableForMs > 0);
  await judgeAll(run, stack, watched, 'watchStability');
  await examine(run, stack, wave);
}

function lineOf({ kind, service }: Step) {
  const verb = kind === 'run-again' ? 'run again' : kind;
  return { id: `${kind} ${service}`, phase: 'replace' as const, title: `${verb} ${service}`, service };
}

function summaryOf({ kind, service, because }: Step): string {
  return `${kind} ${service}: ${because[0]}`.slice(0, 200);
}
