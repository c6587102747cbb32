/** The failure types that activities throw, beside plain errors, which are weather and tried again. */
export const FAILURE = {
  /** A step failed for a reason that no retry changes. Details: `{ excerpt: string[] }`. */
  stepFailed: 'StepFailed',
  /**
   * Docker does not let go of something, such as a container that it cannot remove, or never answers: no retry changes that, a person may. Details as of
   * `StepFailed`, of which the worker tells it.
   */
  stuck: 'Stuck',
  /** A newer run has taken over, or this one is closed: nothing was done. */
  staleRun: 'StaleRun',
  /** The run was reset to a point after its former self had begun, so it has not begun itself: nothing was done. */
  notBegun: 'NotBegun',
  invalidInput: 'InvalidInput',
} as const;
