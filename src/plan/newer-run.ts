import { shellQuoted } from '../spec/shell-quoted.js';
import type { NextCommand } from '../spec/what-serves.js';

/** The newest run that has had its turn after the one that asks. */
export interface NewerRun {
  workflowId: string;
  /** The runbook, where it is known. */
  type?: string;
  /** It has come to its end. */
  ended: boolean;
  /** None had a turn between the two. */
  isNext: boolean;
}

/** What comes next where a newer run has the stack; nothing where it has left all as it was, and is over. */
export function afterNewer({ workflowId, type, ended, isNext }: NewerRun, at: string): NextCommand | undefined {
  const run = shellQuoted(workflowId);
  const keepsAll = type === 'backup';
  if (!ended) {
    const means = keepsAll
      ? `that backup has the stack by now, and leaves what serves as it is; once it has ended: evenkeel status ${at}`
      : 'that run has the stack by now, and decides what serves';
    return { command: `evenkeel follow ${run}`, means };
  }
  if (keepsAll && isNext) return undefined;
  const means = `that run had the stack after this one, and has ended: says what came of it; what runs: evenkeel status ${at}`;
  return { command: `evenkeel show ${run}`, means };
}
