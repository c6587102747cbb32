import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common';
import type { Plan } from '../plan/plan.js';
import type { DeployResult } from '../spec/deploy-result.js';
import { EXIT, exitCodeOf, INVALID_INPUT } from '../spec/outcome.js';

/** What the `deploy` workflow came to; a dry run brings its plan along. */
export type DeployReport = DeployResult & { plan?: Plan };

/** How a run closed. Every outcome is `reported`; the rest are runs that could not report. */
export type DeploymentEnd =
  | { kind: 'reported'; report: DeployReport }
  /** The input was refused before the run began. */
  | { kind: 'invalid-input'; message: string }
  /** Cancelled before there was anything to report or to take back. */
  | { kind: 'cancelled'; message: string }
  /** Ended from outside by force: nothing was taken back. */
  | { kind: 'terminated'; message: string }
  /** Failed in a way that no outcome describes. */
  | { kind: 'failed'; message: string };

/** Reads an end from what waiting for the result threw; undefined when the run has not ended with it. */
export function endFromError(error: unknown): DeploymentEnd | undefined {
  if (!(error instanceof WorkflowFailedError)) return undefined;
  const { cause } = error;
  const report = reportIn(cause);
  if (report) return { kind: 'reported', report };
  const message = cause?.message ?? error.message;
  if (cause instanceof TerminatedFailure) return { kind: 'terminated', message };
  if (cause instanceof CancelledFailure) return { kind: 'cancelled', message };
  if (cause instanceof ApplicationFailure && cause.type === INVALID_INPUT) return { kind: 'invalid-input', message };
  return { kind: 'failed', message };
}

function reportIn(cause: unknown): DeployReport | undefined {
  if (!(cause instanceof ApplicationFailure || cause instanceof CancelledFailure)) return undefined;
  const first: unknown = cause.details?.[0];
  return typeof first === 'object' && first !== null && 'outcome' in first ? (first as DeployReport) : undefined;
}

/** The exit code for a run that ended so, whatever became of it. */
export function exitCodeOfEnd(end: DeploymentEnd): number {
  switch (end.kind) {
    case 'reported':
      return exitCodeOf(end.report.outcome);
    case 'invalid-input':
      return EXIT.usage;
    case 'cancelled':
      return EXIT.failed;
    // Nobody took anything back, or nobody knows: a person has to look.
    case 'terminated':
    case 'failed':
      return EXIT.leftovers;
  }
}
