import type { Approval, ApprovalWait } from './approval.js';
import type { Outcome } from './outcome.js';
import type { DeployResult } from './deploy-result.js';
import type { Finding } from './finding.js';
import type { Question } from './question.js';

/** The part of the runbook a run stands in; also the search attribute `EvenkeelPhase`. */
export type Phase =
  | 'locate'
  | 'lease'
  | 'freeze'
  | 'preflight'
  | 'capture'
  | 'build'
  | 'plan'
  | 'backup'
  | 'rehearsal'
  | 'approval'
  | 'replace'
  | 'record'
  | 'rollback'
  | 'closed';

export type LineState = 'waiting' | 'running' | 'done' | 'failed' | 'undone' | 'skipped';

/** One line of the live checklist. Times are milliseconds since the epoch, by the workflow's clock. */
export interface ProgressLine {
  id: string;
  phase: Phase;
  /** Verb and object: `build api`, `replace web`. */
  title: string;
  service?: string;
  /** Why it is done, in plain words. */
  because?: string;
  state: LineState;
  /** The verdict or the failure, in a few words. */
  note?: string;
  startedAtMs?: number;
  endedAtMs?: number;
}

/** What the query `progress` answers, at any time of a run's life and after it. */
export interface Progress {
  stack: string;
  host?: string;
  phase: Phase;
  lines: ProgressLine[];
  warnings: Finding[];
  /** Every approval so far, void ones among them. */
  approvals?: Approval[];
  /** While the run waits for people to approve: what, and until when. */
  awaitsApproval?: ApprovalWait;
  /** While the run can go neither on nor back without a person: what it asks. `resolve` answers. */
  asks?: Question;
  /** By when it has to serve, or it turns back; absent where nobody said so. */
  deadlineAtMs?: number;
  outcome?: Outcome;
  /** Set while the run goes back to the previous state: what made it turn round. */
  turnedBackBecause?: string;
  /** Once it has ended. */
  result?: DeployResult;
}
