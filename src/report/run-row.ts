import { defined } from './fields.js';
import { printable } from './printable.js';
import { isClosed, type RunAccount, type RunEnding } from './run-account.js';

/** A run in a list of runs. */
export interface RunRow {
  workflowId: string;
  runId: string;
  type: string;
  stack: string;
  host?: string;
  outcome: RunEnding | 'running';
  by?: string;
  reason?: string;
  /** What serves since then, and what served before. */
  release?: string;
  previousRelease?: string;
  startedAtMs: number;
  endedAtMs?: number;
  /** Until now, while it is open; absent where nobody knows when it ended. */
  durationMs?: number;
}

/** What a list says of a run. */
export function rowOf(account: RunAccount, nowMs: number): RunRow {
  const { workflowId, runId, type, stack, host, ending, by, reason, startedAtMs, endedAtMs, result } = account;
  return printable({
    ...{ workflowId, runId, type, stack },
    ...defined({ host }),
    outcome: isClosed(account) ? (ending ?? 'failed') : 'running',
    ...defined({ by, reason, release: result?.release, previousRelease: result?.previousRelease }),
    startedAtMs,
    ...defined({ endedAtMs, durationMs: durationOf(account, nowMs) }),
  });
}

/** How long a run took, or has taken until now. */
export function durationOf(account: RunAccount, nowMs: number): number | undefined {
  const endMs = account.endedAtMs ?? (isClosed(account) ? undefined : nowMs);
  return endMs === undefined ? undefined : Math.max(0, endMs - account.startedAtMs);
}
