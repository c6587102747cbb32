import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { rollbackRunId } from '../src/names.js';
import type { ProbationResult, ProbationVerdict, ProbationWatch } from '../src/spec/probation.js';
import { hostActivities } from './activity-proxies.js';
import { supersedeSignal } from './messages.js';

/** What a probation is told: whom to watch, and where to go back to should it turn out to be sick. */
export interface Probation extends ProbationWatch {
  host: string;
  /** Absent where nothing served before, or where the release is the outcome of a rollback: that is never rolled back itself. */
  previous?: string;
}

/**
 * Watches a release for some time after its deployment has ended. One that stays well is verified; where one does not, a
 * rollback to what served before is asked for, which is a run of its own. It holds no lease: a newer deployment goes ahead, and ends it.
 */
export async function probation(asked: Probation): Promise<ProbationResult> {
  const { stack, host, release, services, forMs, previous } = asked;
  const watching = new CancellationScope();
  let isSuperseded = false;
  setHandler(
    supersedeSignal,
    () => {
      isSuperseded = true;
      watching.cancel();
    },
    { description: 'A newer release serves: stop watching this one' },
  );
  setCurrentDetails(`Watches release ${release} of ${stack} for ${forMs / 1000} s: ${services.join(', ')}.`);
  const verdict = await watching
    .run(() =>
      hostActivities(host)
        .watching(forMs)
        .watchRelease.executeWithOptions({ summary: `release ${release} on probation` }, [
          { stack, release, services, forMs },
        ]),
    )
    .catch((error: unknown): ProbationVerdict => {
      if (isSuperseded && isCancellation(error)) return { verified: 'unknown', reason: 'a newer release serves' };
      throw error;
    });
  const result: ProbationResult = { stack, host, release, ...verdict };
  setCurrentDetails(`Release ${release} of ${stack}: ${wordsOf(verdict)}${whatBecomesOf(result)}.`);
  if (verdict.verified !== 'sick') return result;
  if (previous !== undefined && verdict.held === undefined) {
    result.rollback = await startRollback(asked, previous, wordsOf(verdict));
  }
  throw ApplicationFailure.create({
    type: 'sick',
    message: `release ${release} of ${stack}: ${wordsOf(verdict)}${whatBecomesOf(result)}`,
    details: [result],
    nonRetryable: true,
  });
}

function wordsOf({ verified, service, reason }: ProbationVerdict): string {
  return `${verified}: ${service === undefined ? '' : `${service}: `}${reason}`;
}

function whatBecomesOf({ held, rollback }: ProbationResult): string {
  if (rollback !== undefined) return `; it is taken back: ${rollback}`;
  return held === undefined ? '' : `; it is not taken back, since the stack is ${held}`;
}

/** Refused where another release serves by then, or where the stack is held. */
async function startRollback({ stack, host, release }: Probation, previous: string, why: string): Promise<string> {
  const workflowId = rollbackRunId(host, stack, new Date(Date.now()));
  await startChild('rollback', {
    workflowId,
    args: [
      {
        ...{ stack, host, to: previous, from: release, whenBusy: 'queue', startBy: '1h' },
        ...{
          performer: workflowInfo().workflowId,
          reason: `on probation, release ${release} was ${why}`.slice(0, 1000),
        },
      },
    ],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `Roll ${stack} back to release ${previous}: release ${release} did not stand its probation`,
  });
  return workflowId;
}
