import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import { FAILURE } from '../activities/failures.js';
import type { Verdict } from '../src/gates/verdict.js';
import type { Failure } from '../src/spec/deploy-result.js';
import { findingText, type Finding } from '../src/spec/finding.js';
import { INVALID_INPUT } from '../src/spec/outcome.js';
import type { Phase } from '../src/spec/progress.js';
import { type Checklist, messageOf } from './checklist.js';

/** Refused before any service was touched. The message is for the operator; `service` is whose fault it is, if it is one's. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  constructor(
    message: string,
    readonly service?: string,
  ) {
    super(message);
  }
}

/** Ends the run when any finding is an error, with all of them in words; notes the others. */
export function rejectOn(run: { checklist: Checklist }, findings: Finding[]): void {
  run.checklist.warn(...findings.filter(({ severity }) => severity === 'warning'));
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const [service, ...others] = new Set(errors.map((error) => error.service));
  throw new Rejection(errors.map(findingText).join('\n'), others.length === 0 ? service : undefined);
}

/** A gate did not pass. */
export class GateFailed extends Error {
  override readonly name = 'GateFailed';
  constructor(readonly verdict: Verdict) {
    super(`${verdict.service}: ${verdict.verdict === 'inconclusive' ? 'inconclusive: ' : ''}${verdict.reason}`);
  }
}

/** What a result says of a service that serves without having been judged. */
export function unverified({ service, reason }: Verdict): Finding {
  return { rule: 'unverified', severity: 'warning', service, message: `unverified: ${reason}` };
}

/** What made a run turn back, as its result tells it. */
export function failureFrom(error: unknown, phase: Phase, service?: string): Failure {
  if (error instanceof GateFailed) {
    const { service: judged, excerpt } = error.verdict;
    return { phase, service: judged, message: error.verdict.reason, ...(excerpt ? { excerpt } : {}) };
  }
  const culprit = (error instanceof Rejection ? error.service : undefined) ?? culpritOf(error) ?? service;
  const application = applicationFailureIn(error);
  const excerpt = (application?.details?.[0] as { excerpt?: string[] } | undefined)?.excerpt;
  return {
    phase,
    ...(culprit === undefined ? {} : { service: culprit }),
    message: hostIsDown(error) ?? messageOf(error),
    ...(excerpt && excerpt.length > 0 ? { excerpt } : {}),
  };
}

/** The service whose fault it was that a step of several failed, where the step could tell. */
export function culpritOf(error: unknown): string | undefined {
  return (applicationFailureIn(error)?.details?.[0] as { service?: string } | undefined)?.service;
}

/** Whether an activity failed with one of our failure types. */
export function failedWith(error: unknown, type: (typeof FAILURE)[keyof typeof FAILURE]): boolean {
  return applicationFailureIn(error)?.type === type;
}

/**
 * Whether a step was given up that might yet be done: all its attempts have met weather or lasted too long, or Docker does not let
 * go of something. Any other failure is final.
 */
export function isGivenUp(error: unknown): boolean {
  if (!(error instanceof ActivityFailure) || isCancellation(error)) return false;
  const type = applicationFailureIn(error)?.type;
  const final: (string | null | undefined)[] = Object.values(FAILURE).filter((one) => one !== FAILURE.stuck);
  return !final.includes(type);
}

/** The failure an activity threw, without Temporal's wrapping. */
export function applicationFailureIn(error: unknown): ApplicationFailure | undefined {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) return error.cause;
  return undefined;
}

/**
 * Ends a run that is no deployment, and whose work could not be done: as cancelled, or as invalid input, where it is that; else as
 * `type`, with what that means and why.
 */
export function couldNot(error: unknown, type: string, says: string): never {
  if (isCancellation(error)) throw error;
  const failure = applicationFailureIn(error);
  if (failure?.type === INVALID_INPUT) throw failure;
  const message = `${says}: ${hostIsDown(error) ?? messageOf(error)}`;
  throw ApplicationFailure.create({ type, nonRetryable: true, message });
}

/** What to say where a step was not taken, or did not end, in its time. */
export function hostIsDown(error: unknown): string | undefined {
  if (!(error instanceof ActivityFailure && error.cause instanceof TimeoutFailure)) return undefined;
  if (error.cause.timeoutType !== 'SCHEDULE_TO_START') return `${error.activityType} did not end in time`;
  return 'the host is down: no worker of it took the first step within 30 s. Start one there: evenkeel worker';
}
