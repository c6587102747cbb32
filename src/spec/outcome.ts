/**
 * How a run ended. One union for every runbook, the CLI, the Temporal UI and the reports.
 *
 * - `succeeded`: the requested images serve. The workflow completes.
 * - `rejected`: refused before any service was touched. The workflow fails.
 * - `rolled-back`: it failed, and the previous state serves again behind the same gates. The workflow fails.
 * - `rollback-failed`: the previous state could not be brought back whole; the result says what serves, and what to do. The workflow fails.
 * - `needs-human`: it cannot go on or back without a person. The workflow fails.
 * - `aborted`: a person stopped it, and what it had done was taken back first. The workflow is cancelled.
 */
export type Outcome = 'succeeded' | 'rejected' | 'rolled-back' | 'rollback-failed' | 'needs-human' | 'aborted';

/** The types of failure a run can end with besides an outcome. */
export const INVALID_INPUT = 'InvalidInput';

/** A look that could not be made: that says nothing of the stack. */
export const COULD_NOT_LOOK = 'CouldNotLook';

/** A hold that may or may not stand. */
export const COULD_NOT_HOLD = 'CouldNotHold';

/** Exit codes of the CLI; scripts depend on them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  leftovers: 3,
  rejected: 4,
  unreachable: 5,
  inconclusive: 6,
  changes: 10,
  stoppedFollowing: 124,
  interrupted: 130,
} as const;

/** The exit code that `evenkeel deploy` ends with after a run of this outcome. */
export function exitCodeOf(outcome: Outcome): number {
  switch (outcome) {
    case 'succeeded':
      return EXIT.ok;
    case 'rolled-back':
    case 'aborted':
      return EXIT.failed;
    case 'rollback-failed':
    case 'needs-human':
      return EXIT.leftovers;
    case 'rejected':
      return EXIT.rejected;
  }
}
