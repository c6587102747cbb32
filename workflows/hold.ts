import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { type HoldReport, holdReportText } from '../src/spec/hold.js';
import { holdInput } from '../src/spec/hold-input.js';
import { COULD_NOT_HOLD } from '../src/spec/outcome.js';
import { anyWorker, hostActivities } from './activity-proxies.js';
import { parseInput } from './parse-input.js';
import { writeAttributes } from './search-attributes.js';
import { couldNot } from './turning-points.js';

/**
 * Has nothing act on a stack by itself for a while, or lifts that: no probation takes a release back, no schedule backs up or
 * drills. What people ask for goes ahead. The host remembers it, so that it stands whatever becomes of workers and Temporal.
 */
export async function hold(request?: unknown): Promise<HoldReport> {
  const {
    stack,
    host,
    performer: by,
    reason,
    forMs,
    dryRun,
  } = parseInput(holdInput, request, 'a hold', '{"stack":"shop","performer":"your name","reason":"why"}');
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
    return couldNot(error, COULD_NOT_HOLD, `nobody knows whether ${stack} is held`);
  }
}
