/** Parts of the runbook that an operator may leave out, with a reason. */
export const SKIPPABLE = ['backup', 'rehearsal', 'scan', 'endpoints'] as const;

/** One of them. */
export type Skippable = (typeof SKIPPABLE)[number];
