import { CancelledFailure } from '@temporalio/workflow';
import { asWarning, type ScanVerdict } from '../src/gates/scan-verdict.js';
import type { Verdict } from '../src/gates/verdict.js';
import type { Step } from '../src/plan/plan.js';
import type { GateSummary } from '../src/spec/gate-summary.js';
import type { Phase } from '../src/spec/progress.js';
import type { FrozenRef } from '../src/spec/stack-spec.js';
import type { DeploymentRun } from './deployment-run.js';
import { together } from './together.js';
import { GateFailed, unverified } from './turning-points.js';

/** What can be asked of a service that has been started. */
export type Question = keyof typeof TITLES | 'examine';

const TITLES = {
  awaitHealth: 'gate',
  watchStability: 'watch',
} as const;

/** Where a service runs that is judged: in the stack, or on its twin. */
export interface Bench {
  phase: Phase;
  frozen: FrozenRef;
  /** Before the titles of lines: `twin: `. */
  prefix: string;
  /** Whether what is found and stops nothing is worth a warning. */
  mentions: boolean;
  /** Whether one failure ends it for all, so that nobody has to wait for the others. */
  untilOneFails: boolean;
  /** Where what was said of the stack itself is noted. */
  gates?: GateSummary[];
  /** Throws when the verdict stops the run; says otherwise what stays unproven. */
  settle: (step: Step, verdict: Verdict, question: Question) => void;
}

/**
 * The stack itself: what does not pass is taken back. What could not be told of its health is too, unless the operator
 * accepts it; a log that cannot be read, or an address that nobody can reach, is no reason to take a healthy service back.
 */
export function theStack(run: DeploymentRun): Bench {
  return {
    phase: 'replace',
    frozen: run.frozen!,
    prefix: '',
    mentions: true,
    untilOneFails: true,
    gates: run.gates,
    settle: ({ gate }, verdict, question) => {
      if (verdict.verdict === 'pass') return;
      const counts = verdict.verdict === 'fail' || (question !== 'examine' && gate.onInconclusive === 'rollback');
      if (counts) throw new GateFailed(verdict);
      run.checklist.warn(unverified(verdict));
    },
  };
}

/** Asks a gate as a line of the checklist. Where no container was asked for there is nothing to judge. */
export async function judge(
  run: DeploymentRun,
  bench: Bench,
  step: Step,
  question: keyof typeof TITLES,
): Promise<void> {
  const { service, gate, scale } = step;
  if (scale === 0) return;
  const line = lineOf(bench, service, question);
  await run.checklist.line(
    line,
    async () => {
      const verdict = await run.deadlines.gate(line.title, gate.timeoutMs, (timeoutMs) => {
        const asking = run.host.judging(timeoutMs + gate.stableForMs)[question];
        return asking.executeWithOptions({ summary: line.title }, [
          { ...run.turn, frozen: bench.frozen, service, gate: { ...gate, timeoutMs } },
        ]);
      });
      return settle(run, bench, step, question, verdict);
    },
    ({ reason }) => reason,
  );
}

/** Asks the gates of several services: one step for all of them, a line for each. */
export async function judgeAll(
  run: DeploymentRun,
  bench: Bench,
  steps: Step[],
  question: keyof typeof TITLES,
): Promise<void> {
  const judged = steps.filter(({ scale }) => scale > 0);
  if (judged.length === 0) return;
  const services = judged.map(({ service, gate }) => ({ service, gate }));
  const names = services.map(({ service }) => service).join(', ');
  const judging = run.host.judging(Math.max(...services.map(({ gate }) => gate.timeoutMs + gate.stableForMs)));
  const summary = `${bench.prefix}${TITLES[question]} ${names}`.slice(0, 200);
  const asking = judging.judgeServices.executeWithOptions({ summary }, [
    { ...run.turn, frozen: bench.frozen, question, services, untilOneFails: bench.untilOneFails },
  ]);
  await together(
    judged.map((step) =>
      run.checklist.line(
        lineOf(bench, step.service, question),
        async () => {
          const verdict = (await asking).find(({ service }) => service === step.service);
          if (!verdict) throw new CancelledFailure('another service has failed');
          return settle(run, bench, step, question, verdict);
        },
        ({ reason }) => reason,
      ),
    ),
  );
}

function lineOf(bench: Bench, service: string, question: keyof typeof TITLES) {
  const title = `${bench.prefix}${TITLES[question]} ${service}`;
  return { id: `${bench.prefix}${question} ${service}`, phase: bench.phase, title, service };
}

function settle(
  run: DeploymentRun,
  bench: Bench,
  step: Step,
  question: keyof typeof TITLES,
  verdict: Verdict,
): Verdict {
  note(bench, question === 'awaitHealth' ? 'health' : 'stability', verdict);
  bench.settle(step, verdict, question);
  if (question === 'awaitHealth' && step.kind === 'replace') mentionUnchecked(run, verdict);
  return verdict;
}

/** What services that are well have logged, and what they answer: one step for all of them, a line for each. */
export async function examine(run: DeploymentRun, bench: Bench, steps: Step[]): Promise<void> {
  const skip = run.input.skip.filter((part) => part === 'scan' || part === 'endpoints');
  const judged = steps.filter(({ scale }) => scale > 0);
  if (skip.length === 2 || judged.length === 0) return;
  const services = judged.map(({ service }) => service);
  const leftAlone = judged.filter(({ gate }) => gate.leftAlone).map(({ service }) => service);
  const summary = `${bench.prefix}logs and endpoints of ${services.join(', ')}`.slice(0, 200);
  const examining = run.host.changing.examineServices.executeWithOptions({ summary }, [
    { ...run.turn, frozen: bench.frozen, services, leftAlone, skip },
  ]);
  await Promise.all(
    judged.map(async (step) => {
      const { service } = step;
      const title = `${bench.prefix}examine ${service}`;
      await run.checklist.line(
        { id: title, phase: bench.phase, title, service },
        async () => {
          const { log, endpoints } = (await examining).find((examined) => examined.service === service) ?? {};
          if (log && bench.mentions) mentionFindings(run, log);
          if (log) note(bench, 'log', log);
          if (endpoints) note(bench, 'endpoints', endpoints);
          const verdicts = [log, endpoints].filter((verdict) => verdict !== undefined);
          for (const verdict of verdicts) bench.settle(step, verdict, 'examine');
          return verdicts.map(({ reason }) => reason).join('; ');
        },
        (reasons) => reasons,
      );
    }),
  );
}

function note({ gates }: Bench, question: GateSummary['question'], said: Verdict): void {
  const { service, verdict, reason, restarts } = said;
  gates?.push({ service, question, verdict, reason, ...(restarts === undefined ? {} : { restarts }) });
}

/** What the version before logged too is no news. */
function mentionFindings(run: DeploymentRun, { findings }: ScanVerdict): void {
  run.checklist.warn(...findings.filter(({ severity, known }) => severity === 'warning' && !known).map(asWarning));
}

/** A plan knows of it beforehand only where the file says so, or a container of the service was there to tell. */
function mentionUnchecked(run: DeploymentRun, verdict: Verdict): void {
  const { service, unchecked } = verdict;
  const known = run.checklist.progress.warnings.some(
    (warning) => warning.rule === 'unverified' && warning.service === service,
  );
  if (verdict.verdict === 'pass' && unchecked && !known) run.checklist.warn(unverified(verdict));
}
