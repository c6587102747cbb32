import type { INVALID_INPUT, Outcome } from '../../src/spec/outcome.js';
import type * as workflows from '../../workflows/index.js';

type WorkflowType = keyof typeof workflows;
/** `stored`, or why there is no golden history of it. */
type Ends<End extends string = string> = Record<End, string>;
type RunEnds = Ends<Outcome | typeof INVALID_INPUT>;

const STORED = 'stored';

const RUN: RunEnds = {
  ...{ succeeded: STORED, rejected: STORED, aborted: STORED, InvalidInput: STORED },
  ...{ 'rolled-back': STORED, 'rollback-failed': STORED, 'needs-human': STORED },
};
const LOOK: Ends = { completed: STORED, CouldNotLook: STORED, InvalidInput: STORED, cancelled: STORED };

/** Every workflow type, and each way in which it can close: all have a golden history, or a reason why not. */
export const ENDS: Record<WorkflowType, Ends> = {
  deploy: RUN,
  rollback: RUN,
  restore: RUN,
  backup: {
    ...RUN,
    'rolled-back': 'it touches no service',
    'needs-human': 'it touches no service, and asks nobody: it has named no image, so there is nothing to take back',
  } satisfies RunEnds,
  check: LOOK,
  healthCheck: LOOK,
  hold: { completed: STORED, CouldNotHold: STORED, InvalidInput: STORED, cancelled: STORED },
  lease: { completed: STORED },
  archive: { completed: STORED, failed: STORED },
  probation: { verified: STORED, sick: STORED, unknown: STORED, failed: STORED },
  presence: {
    cancelled: STORED,
    completed: 'Temporal has to wait a week for a host that is away',
  },
};

/** Those of which there has to be one. */
export function endsToStore(): string[] {
  return Object.entries(ENDS).flatMap(([type, ends]) =>
    Object.entries(ends)
      .filter(([, why]) => why === STORED)
      .map(([end]) => `${type} ${end}`),
  );
}
