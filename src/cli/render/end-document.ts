import { type DeploymentEnd, exitCodeOfEnd } from '../../client/deployment-end.js';
import type { RunRef } from '../../client/deployments.js';
import type { Question } from '../../spec/question.js';

const TYPES = { 'invalid-input': 'InvalidInput', cancelled: 'Cancelled', terminated: 'Terminated', failed: 'Failed' };

/** How a run ended, for scripts: its report, and `error` whenever the exit code is not 0. */
export function endDocument(end: DeploymentEnd, run: RunRef, ui: string | undefined): object {
  const exitCode = exitCodeOfEnd(end);
  const where = { workflowId: run.workflowId, runId: run.runId, ...(ui === undefined ? {} : { ui }) };
  if (end.kind !== 'reported') return { ...where, error: { type: TYPES[end.kind], message: end.message, exitCode } };
  const { report } = end;
  if (report.outcome === 'succeeded') return { ...report, ...where };
  return {
    ...report,
    ...where,
    error: { type: report.outcome, message: report.failure?.message ?? report.outcome, exitCode },
  };
}

/** That somebody stopped following a run which goes on, for scripts; `asks`: once it has an answer. */
export function leftDocument(
  why: string,
  exitCode: number,
  run: RunRef,
  ui: string | undefined,
  asks: Question | undefined,
): object {
  const type = why === 'interrupted' ? 'Interrupted' : 'StoppedFollowing';
  return {
    workflowId: run.workflowId,
    runId: run.runId,
    ...(ui === undefined ? {} : { ui }),
    ...(asks ? { asks } : {}),
    error: { type, message: `${why}: the run ${asks ? 'asks what to do' : 'goes on'}`, exitCode },
  };
}
