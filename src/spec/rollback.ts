import type { ApprovalPolicy } from './approval.js';
import type { Finding } from './finding.js';
import type { FrozenRef } from './stack-spec.js';

/** Which release a rollback goes to, and what it goes by. */
export interface RollbackChoice {
  /** Errors reject the rollback; then nothing else counts. */
  findings: Finding[];
  /** The release to go back to. */
  release: string;
  /** The configuration that what serves now is judged by, should it have to come back. */
  frozen: FrozenRef;
  /** The configuration of the release to go back to. */
  target: FrozenRef;
  /** Names of images that the rollback may make name something else. */
  references: string[];
  /** Who has to approve what, by the configuration of what serves now; absent where nobody has to. */
  approval?: ApprovalPolicy;
  /** Id of the backup that was made before the release was replaced; only where its data is to be brought back. */
  backup?: string;
}
