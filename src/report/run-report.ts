import type { Approval } from '../spec/approval.js';
import type { BackupSummary } from '../spec/backup.js';
import type { Failure, Leftover, Verified } from '../spec/deploy-result.js';
import type { RehearsalReport } from '../spec/rehearsal.js';
import type { RestoreReport } from '../spec/restore.js';
import type { ReleaseMetrics } from '../spec/service-metrics.js';
import type { NextCommand, ServedRow } from '../spec/what-serves.js';
import type { Seal } from './audit-lines.js';
import { type Change, changesOf } from './changes.js';
import { defined } from './fields.js';
import { type Outage, outagesOf } from './outages.js';
import { printable } from './printable.js';
import { findingsOf, type ReportFinding } from './report-findings.js';
import type { MessageAccount, RunAccount, StepAccount } from './run-account.js';
import type { RunEvidence } from './run-evidence.js';
import { type RunRow, rowOf } from './run-row.js';

/**
 * One run, for people: what `evenkeel show` prints, the page draws and JSON holds. Everything in it is meant to be read by people;
 * nothing that may hold secrets goes in.
 */
export interface RunReport extends RunRow {
  /** What made it fail; absent where it did not. */
  culprit?: Culprit;
  planHash?: string;
  verified?: Verified;
  changes: Change[];
  touched: string[];
  restored: string[];
  unchanged: string[];
  steps: StepAccount[];
  outages: Outage[];
  findings: ReportFinding[];
  approvals: Approval[];
  messages: MessageAccount[];
  backup?: BackupSummary;
  rehearsal?: RehearsalReport;
  dataRestored?: RestoreReport;
  leftovers: Leftover[];
  /** What stood for each service at the end, and what was to be done next, where not all could be taken back. */
  serves?: ServedRow[];
  next?: NextCommand;
  remarks: string[];
  health: RunEvidence['health'];
  resources: RunEvidence['resources'];
  /** How services were before the release that the run has recorded, and afterwards. */
  metrics?: ReleaseMetrics;
  /** Where the evidence is, and whether it is sealed; absent where this host has none. */
  evidence?: { folder: string; seal?: Seal };
  /** The run's page in the Temporal UI. */
  ui?: string;
}

/** What made a run fail, as far as it is known. */
export interface Culprit extends Partial<Omit<Failure, 'message'>> {
  message: string;
  /** The step that failed. */
  step?: string;
}

/** Puts together what is known of a run. `nowMs` is where an open one stands. */
export function reportOf(
  account: RunAccount,
  evidence: RunEvidence | undefined,
  { nowMs, ui }: { nowMs: number; ui?: string },
): RunReport {
  const { result, steps, messages } = account;
  const { touched = [], restored = [], unchanged = [], leftovers = [], remarks = [], approvals = [] } = result ?? {};
  return printable({
    ...rowOf(account, nowMs),
    ...defined({ culprit: culpritOf(account), planHash: result?.planHash, verified: result?.verified }),
    changes: changesOf(account, evidence),
    ...{ touched, restored, unchanged, steps },
    outages: outagesOf(account, evidence),
    findings: findingsOf(account, evidence),
    ...{ approvals, messages },
    ...defined({ backup: result?.backup, rehearsal: result?.rehearsal, dataRestored: result?.dataRestored }),
    ...defined({ serves: result?.serves, next: result?.next }),
    ...{ leftovers, remarks, health: evidence?.health ?? [], resources: evidence?.resources ?? [] },
    ...defined({ metrics: evidence?.metrics }),
    ...(evidence ? { evidence: { folder: evidence.folder, ...defined({ seal: evidence.seal }) } } : {}),
    ...defined({ ui }),
  });
}

function culpritOf({ ending, message, result, steps }: RunAccount): Culprit | undefined {
  if (ending === undefined || ending === 'succeeded') return undefined;
  const failed = steps.find(({ state, verdict }) => state === 'failed' || verdict === 'fail');
  const step = failed?.title;
  if (result?.failure) return { ...result.failure, ...defined({ step }) };
  if (message === undefined && step === undefined) return undefined;
  return { message: message ?? failed?.note ?? 'nobody knows why', ...defined({ step, service: failed?.service }) };
}
