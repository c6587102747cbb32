import type { Verified } from './deploy-result.js';

/** What a release on probation has to do. */
export interface ProbationWatch {
  stack: string;
  release: string;
  /** The services that the release made: only what becomes of those is held against it. */
  services: string[];
  forMs: number;
}

/** How long a release is watched at the longest, of which nothing can be said. */
export function longestWatchMs(forMs: number): number {
  return 2 * forMs + 600_000;
}

/** What watching a release came to. */
export interface ProbationVerdict {
  /** `unknown`: it was replaced, stopped or removed meanwhile, so that nothing can be said of it. */
  verified: Verified;
  reason: string;
  /** Whose sickness it was. */
  service?: string;
  /** Why a sick release is not taken back: `held by ann until …`. */
  held?: string;
}

/** What a probation came to. */
export interface ProbationResult extends ProbationVerdict {
  stack: string;
  host: string;
  release: string;
  /** Workflow id of the rollback that it has asked for. */
  rollback?: string;
}
