import { ApplicationFailure, isCancellation, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { z } from 'zod';
import { type HoldReport, holdReportText } from '../src/spec/hold.js';
import { holdInput } from '../src/spec/hold-input.js';
import { COULD_NOT_HOLD, INVALID_INPUT } from '../src/spec/outcome.js';
import { anyWorker, hostActivities } from './activity-proxies.js';
import { messageOf } from './checklist.js';
import { writeAttributes } from './search-attributes.js';
import { applicationFailureIn, hostIsDown } from './turning-points.js';

/**
 * Has nothing act on a stack by itself for a while, or lifts that: no probation takes a release back, no schedule backs up or
 * drills. What people ask for goes ahead. The host remembers it, so that it stands whatever becomes of workers and Temporal.
 */
export async function hold(request?: unknown): Promise<HoldReport> {
  const { stack, host, performer: by, reason, forMs, dryRun } = parsed(request);
  const atMs = workflowInfo().startTime.getTime();
  const word = { by, ...(reason === undefined ? {} : { reason }), atMs, untilMs: atMs + forMs };
  try {
    const located = await anyWorker.locateStack({ stack, ...(host ? { host } : {}) });
    if (located.indexed) writeAttributes({ stack, host: located.host, performer: by });
    const { holding } = hostActivities(located.host);
    const report = await holding.holdStack({ stack, word, dryRun });
    setCurrentDetails(`${holdReportText(report)}.`);
    return report;
  } catch (error) {
    if (isCancellation(error)) throw error;
    const failure = applicationFailureIn(error);
    if (failure?.type === INVALID_INPUT) throw failure;
    throw ApplicationFailure.create({
      type: COULD_NOT_HOLD,
      nonRetryable: true,
      message: `nobody knows whether ${stack} is held: ${hostIsDown(error) ?? messageOf(error)}`,
    });
  }
}

function parsed(request: unknown): z.output<typeof holdInput> {
  const read = holdInput.safeParse(request ?? {});
  if (read.success) return read.data;
  throw ApplicationFailure.create({
    type: INVALID_INPUT,
    nonRetryable: true,
    message:
      `This is not a hold: ${z.prettifyError(read.error)}\n` +
      'The smallest input is {"stack":"shop","performer":"your name","reason":"why"}.',
  });
}
