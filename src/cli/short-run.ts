import type { Reach } from '../client/connect.js';
import type { RunRef } from '../client/deployments.js';
import { endOfShortRun } from '../client/short-runs.js';
import { INVALID_INPUT } from '../spec/outcome.js';
import { CommandFailed, UsageError } from './errors.js';
import { interruptible } from './interrupt.js';

/** Waits for the report of a run of a moment; undefined when somebody wants to leave first. Throws what the run failed with. */
export async function reportOf<Report>({ client }: Reach, run: RunRef): Promise<Report | undefined> {
  const end = await interruptible((interrupted) =>
    Promise.race([endOfShortRun<Report>(client, run), aborted(interrupted)]),
  );
  if (end === undefined) return undefined;
  if (end.kind === 'reported') return end.report;
  if (end.type === INVALID_INPUT) throw new UsageError(end.message);
  throw new CommandFailed(end.message, `look at the run: temporal workflow show -w '${run.workflowId}'`);
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
}
