import type { BackupRequest } from '../spec/backup-input.js';
import type { CheckRequest, HealthCheckRequest } from '../spec/check-input.js';
import type { DeployRequest } from '../spec/deploy-input.js';
import type { HoldRequest } from '../spec/hold-input.js';
import type { RestoreRequest } from '../spec/restore-input.js';
import type { RollbackRequest } from '../spec/rollback-input.js';

/** What each workflow that people start by hand may be given, by its type. */
interface Requests {
  deploy: DeployRequest;
  rollback: RollbackRequest;
  backup: BackupRequest;
  restore: RestoreRequest;
  check: CheckRequest;
  healthCheck: HealthCheckRequest;
  hold: HoldRequest;
}

/** A workflow that a person can start in the Temporal UI. */
export type StartableType = keyof Requests;

/** An input of each, to type into the form as it stands but for the names. `stack` alone would do for all but `hold`. */
export const SAMPLE_INPUTS: { [Type in StartableType]: Requests[Type] } = {
  deploy: { stack: 'shop', reason: 'why' },
  rollback: { stack: 'shop', reason: 'why' },
  backup: { stack: 'shop' },
  restore: { stack: 'shop', reason: 'why' },
  check: { stack: 'shop' },
  healthCheck: { stack: 'shop' },
  hold: { stack: 'shop', performer: 'your name', reason: 'why', for: '1h' },
};

/** Queries of Temporal's visibility that answer what people ask most, for the search field of the Temporal UI. */
export const SAMPLE_QUERIES = {
  'runs of one stack': 'EvenkeelStack="shop"',
  'what went wrong': 'EvenkeelOutcome IN ("rolled-back", "rollback-failed", "needs-human")',
  'what waits for approval': 'EvenkeelPhase="approval" AND ExecutionStatus="Running"',
  'what goes back, or asks on its way': 'EvenkeelPhase="rollback" AND ExecutionStatus="Running"',
} as const;

/** The same for the namespace of scheduled looks. */
export const SAMPLE_LOOK_QUERIES = {
  'scheduled looks that found something': 'EvenkeelOutcome="unhealthy"',
} as const;
