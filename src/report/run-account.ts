import type { DeployResult } from '../spec/deploy-result.js';
import type { Outcome } from '../spec/outcome.js';

/** How a run stands in Temporal's eyes. */
export type RunStatus = 'open' | 'completed' | 'failed' | 'canceled' | 'terminated' | 'timed-out';

/** An outcome, or what ended a run that could report none. */
export type RunEnding = Outcome | 'invalid-input' | 'terminated' | 'timed-out' | 'failed';

/**
 * What one run was asked for, did, and came to. It is read out of Temporal's history, so that it says the same while the run
 * is open, after it, and when Temporal has forgotten it. Nothing in it is secret, because nothing in a history is.
 */
export interface RunAccount {
  workflowId: string;
  runId: string;
  /** The runbook: `deploy`, `backup`, `restore`, … */
  type: string;
  stack: string;
  host?: string;
  status: RunStatus;
  /** Absent while the run is open. */
  ending?: RunEnding;
  /** Why it ended so, where it did not succeed. */
  message?: string;
  /** Who asked; without Temporal authentication a claim. */
  by?: string;
  reason?: string;
  /** What was asked for, whole. */
  input?: unknown;
  startedAtMs: number;
  endedAtMs?: number;
  result?: DeployResult;
  steps: StepAccount[];
  messages: MessageAccount[];
}

/** A step, as an activity of the run. Times are those of Temporal's server. */
export interface StepAccount {
  /** Its number in history. */
  event: number;
  /** The activity's name: `replaceService`. */
  activity: string;
  /** For people: its summary, else its name in words. */
  title: string;
  service?: string;
  /** On the twin, not in the stack. */
  onTwin?: boolean;
  askedAtMs: number;
  startedAtMs?: number;
  endedAtMs?: number;
  /** How often it was begun; more than one after a worker died or weather. */
  attempts: number;
  /** Who did it: `<host>/<pid>`. */
  worker?: string;
  state: 'running' | 'done' | 'failed' | 'canceled';
  /** Of a gate. */
  verdict?: 'pass' | 'fail' | 'inconclusive';
  /** The verdict's reason, or the failure. */
  note?: string;
  /** Of a step that brings a service back: it was as it should be. */
  untouched?: true;
  /** Of a step that judges several services: what it says of each. */
  judged?: { service: string; verdict: 'pass' | 'fail' | 'inconclusive'; reason: string }[];
}

/** Something a person or a tool told the run while it was open. */
export interface MessageAccount {
  event: number;
  /** `abort`, `approve`, … */
  name: string;
  kind: 'update' | 'signal' | 'cancel' | 'terminate';
  by?: string;
  reason?: string;
  atMs: number;
}

/** Whether there is nothing more to come. */
export function isClosed({ status }: Pick<RunAccount, 'status'>): boolean {
  return status !== 'open';
}
