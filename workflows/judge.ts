import { asWarning, type ScanVerdict } from '../src/gates/scan-verdict.js';
import type { Verdict } from '../src/gates/verdict.js';
import type { Step } from '../src/plan/plan.js';
import type { Phase } from '../src/spec/progress.js';
import type { FrozenRef } from '../src/spec/stack-spec.js';
import type { DeploymentRun } from './deployment-run.js';
import { GateFailed, unverified } from './turning-points.js';

/** What can be asked of a service that has been started. */
export type Question = keyof typeof TITLES;

const TITLES = {
  awaitHealth: 'gate',
  watchStability: 'watch',
  scanLogs: 'scan',
  testEndpoints: 'test',
} as const;

/** Where a service runs that is judged: in the stack, or on its twin. */
export interface Bench {
  phase: Phase;
  frozen: FrozenRef;
  /** Before the titles of lines: `twin: `. */
  prefix: string;
  /** Whether what is found and stops nothing is worth a warning. */
  mentions: boolean;
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
    settle: ({ gate }, verdict, question) => {
      if (verdict.verdict === 'pass') return;
      const isHealth = question === 'awaitHealth' || question === 'watchStability';
      const counts = verdict.verdict === 'fail' || (isHealth && gate.onInconclusive === 'rollback');
      if (counts) throw new GateFailed(verdict);
      run.checklist.warn(unverified(verdict));
    },
  };
}

/** Asks one question as a line of the checklist. Where no container was asked for there is nothing to judge. */
export async function judge(run: DeploymentRun, bench: Bench, step: Step, question: Question): Promise<void> {
  const { service, scale } = step;
  if (scale === 0) return;
  const title = `${bench.prefix}${TITLES[question]} ${service}`;
  await run.checklist.line(
    { id: `${bench.prefix}${question} ${service}`, phase: bench.phase, title, service },
    async () => {
      const verdict = await ask(run, bench, step, question, title);
      if ('findings' in verdict && bench.mentions) mentionFindings(run, verdict);
      bench.settle(step, verdict, question);
      if (question === 'awaitHealth' && step.kind === 'replace') mentionUnchecked(run, verdict);
      return verdict;
    },
    ({ reason }) => reason,
  );
}

async function ask(
  { host, turn }: DeploymentRun,
  { frozen }: Bench,
  { service, gate }: Step,
  question: Question,
  summary: string,
): Promise<Verdict | ScanVerdict> {
  const args = { ...turn, frozen, service };
  switch (question) {
    case 'scanLogs':
    case 'testEndpoints':
      return host.quick[question].executeWithOptions({ summary }, [args]);
    case 'awaitHealth':
    case 'watchStability': {
      const judging = host.judging(gate.timeoutMs + gate.stableForMs);
      return judging[question].executeWithOptions({ summary }, [{ ...args, gate }]);
    }
  }
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
