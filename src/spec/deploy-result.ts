import type { Approval } from './approval.js';
import type { BackupSummary, LeftStore } from './backup.js';
import type { Finding } from './finding.js';
import type { RehearsalReport } from './rehearsal.js';
import type { RestoreReport } from './restore.js';
import type { Plan } from '../plan/plan.js';
import type { Outcome } from './outcome.js';
import type { Phase } from './progress.js';
import type { NextCommand, ServedRow } from './what-serves.js';

/** Something a run could not take back, with the command that does, or that looks at it where none would yet. */
export interface Leftover {
  /** `container shop-api-1`, `volume shop_db`, … */
  what: string;
  why: string;
  command: string;
  /** It takes up room, and no more: the stack is as it was all the same. Any other says that it is not back whole. */
  debris: boolean;
}

/** What made a run fail. `excerpt` holds the last lines of the failed step's output, redacted. */
export interface Failure {
  phase: Phase;
  service?: string;
  message: string;
  excerpt?: string[];
}

/** Whether a release has proved itself over time: nothing is known yet, it stayed well, or it did not. */
export type Verified = 'unknown' | 'verified' | 'sick';

/** What a deployment or a rollback came to. It is the workflow's result, or the details of its failure. */
export interface DeployResult {
  outcome: Outcome;
  stack: string;
  host: string;
  /**
   * The release that serves now. Absent when the stack has none, when it could not be brought back whole, and for a run
   * that ended before it had looked what serves.
   */
  release?: string;
  /** What was serving before. */
  previousRelease?: string;
  /** Whether the release has proved itself over time: not at the end of the run that deploys it. */
  verified: Verified;
  failure?: Failure;
  /** Services whose containers were created or replaced, in order. Empty: nothing was touched. */
  touched: string[];
  /** Services that were brought back to the previous state. */
  restored: string[];
  unchanged: string[];
  /** The backup that was made before anything was touched; absent where nothing had to be backed up. */
  backup?: BackupSummary;
  /** Data that was left as it is, with the reason, where that is all there is; a backup lists what it does not have. */
  notBackedUp?: LeftStore[];
  /** What ran on the twin, and what did not; absent where there was no rehearsal. */
  rehearsal?: RehearsalReport;
  /** What a restore put in place of the stack's data; absent where none was touched, or it was put back. */
  dataRestored?: RestoreReport;
  /** Who approved which plan, void approvals among them; absent where nobody did. */
  approvals?: Approval[];
  /** The workflow that watches the release, and for how long; absent where nothing does. */
  probation?: { workflowId: string; forMs: number };
  warnings: Finding[];
  leftovers: Leftover[];
  /** What stands for each service of the stack, where it could not be brought back whole; absent where nobody could look. */
  serves?: ServedRow[];
  /** What a person does next, where it could not be brought back whole. */
  next?: NextCommand;
  /** Differences the rollback could not avoid, in plain words. */
  remarks: string[];
  planHash?: string;
  /** The plan itself, when a dry run asked for it. */
  plan?: Plan;
  reason?: string;
  performer?: string;
  /** The run's folder on the host, with plan, result and children's output. */
  runFolder?: string;
  /** Milliseconds since the epoch, by the workflow's clock. */
  startedAtMs: number;
  endedAtMs: number;
}
