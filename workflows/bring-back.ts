import type { Capture, Restored } from '../activities/activities.js';
import type { Step } from '../src/plan/plan.js';
import { mutatingSteps, type Plan } from '../src/plan/plan.js';
import type { FrozenRef } from '../src/spec/stack-spec.js';
import type { DeploymentRun } from './deployment-run.js';
import { type Bench, examine, judgeAll, theStack } from './judge.js';

/** Where a rollback is going. */
export interface Aim {
  plan: Plan;
  /** The release to go back to, as a capture of it. */
  capture: Capture;
  /** Its configuration. */
  frozen: FrozenRef;
}

/**
 * Walks the plan of a rollback: a wave's services come back as the release had them, and have to be well before the next
 * wave begins; in the end all of them have to stay well, and are examined. `beforehand` is what has to be done before any of them
 * starts, and after what runs has been listened to. Returns when all were well for the first time, by the workflow's clock.
 */
export async function bringBack(
  run: DeploymentRun,
  { plan, capture, frozen }: Aim,
  beforehand?: () => Promise<void>,
): Promise<number> {
  const services = mutatingSteps(plan).map(({ service }) => service);
  if (services.length === 0) return Date.now();
  for (const step of mutatingSteps(plan)) run.checklist.expect(lineOf(step));
  await run.host.changing.noteLogBaseline({ ...run.turn, frozen: run.frozen!, services });
  await beforehand?.();
  run.checklist.enter('replace');
  const bench: Bench = { ...theStack(run), frozen };
  const back: Step[] = [];
  for (const wave of plan.waves) {
    run.begun.push([]);
    const serving: Step[] = [];
    for (const step of wave) {
      const gate = step.kind === 'judge' ? step.gate : (await bringOneBack(run, step, capture)).gate;
      if (gate && step.scale > 0) serving.push({ ...step, gate });
    }
    await judgeAll(run, bench, serving, 'awaitHealth');
    back.push(...serving);
  }
  const wellAtMs = Date.now();
  await judgeAll(
    run,
    bench,
    back.filter(({ gate }) => gate.stableForMs > 0),
    'watchStability',
  );
  await examine(run, bench, back);
  return wellAtMs;
}

async function bringOneBack(run: DeploymentRun, step: Step, capture: Capture): Promise<Restored> {
  const { service } = step;
  run.begun.at(-1)!.push(step);
  const { title } = lineOf(step);
  const from = step.kind === 'restart' ? run.capture! : capture;
  return run.checklist.line(lineOf(step), async () => {
    const restored = await run.seen.orAsk(title, service, () =>
      run.host.changing.restoreService.executeWithOptions({ summary: title }, [
        { ...run.turn, capture: from, service, seen: run.seen.of(step) },
      ]),
    );
    run.remarks.push(...restored.remarks);
    if (restored.untouched) run.intact.push(service);
    return restored;
  });
}

function lineOf({ kind, service, scale, because }: Step) {
  const verb = kind === 'restart' ? 'start' : scale === 0 ? 'remove' : 'bring back';
  const title = `${verb} ${service}`;
  return { id: `replace ${service}`, phase: 'replace' as const, title, service, because: because.join('; ') };
}
