import type { Step } from '../plan/plan.js';
import type { StoreProof, StoreRef } from './backup.js';
import type { Finding } from './finding.js';
import type { FrozenRef } from './stack-spec.js';

/** Whether a release runs on a twin before it is deployed. `auto`: where it can; `required`: or not at all. */
export type RehearsalMode = 'auto' | 'required' | 'off';

/** A service that cannot stand on the twin, with the reason: `binds the socket /var/run/docker.sock`. */
export interface Outside {
  service: string;
  why: string;
}

/** A second Compose project of the same configuration, on networks and volumes of its own. Holds no secret. */
export interface Twin {
  /** Its configuration: `runs/…/twin/frozen`. */
  frozen: FrozenRef;
  /** The Compose project: `shop-twin-3f2a91c0`. */
  project: string;
  /**
   * All services on it, those of the stores too, in the order in which they start, each with its gate; with the rehearsal
   * off only those that have to come up on their files to prove them.
   */
  waves: Step[][];
  /** Those of them that the release changes; the others are there because these need them. */
  rehearsed: string[];
  /** The stores that can be filled on it. */
  stores: StoreRef[];
  /** What to run on it once everything is up, by service: `rehearse.commands`. */
  commands: Record<string, string[]>;
  /** What `judgeTwin` goes by. */
  facts: TwinFacts;
}

/** What tells a failure of a release from one of the twin. */
export interface TwinFacts {
  /** By service: all services on the twin that it depends on. */
  dependencies: Record<string, string[]>;
  /** By service: what it has in the stack and lacks here, in plain words. Services that lack nothing are not named. */
  lacks: Record<string, string[]>;
  /** By service: stores that it, or what it depends on, writes to in the stack, and that are not filled here. */
  emptied?: Record<string, string[]>;
  /** Host names that answer in the stack and not on the twin. */
  elsewhere: string[];
  /** Host names that answer on the twin. */
  answering: string[];
  /** Services on the twin without a healthcheck in the Compose file, but for those that end: they may be up and not ready. */
  unchecked: string[];
}

/** What came of deriving a twin. */
export interface TwinDerivation {
  /** Absent where there is nothing to put on one, or no room for it. */
  twin?: Twin;
  /** Services that the release changes, or that these need, and that cannot be rehearsed. */
  outside: Outside[];
  /** Errors reject the deployment. */
  findings: Finding[];
}

/** What the rehearsal came to, for the result, the evidence and reports. */
export interface RehearsalReport {
  mode: RehearsalMode;
  /** `skipped`: nothing was put on a twin. */
  verdict: 'pass' | 'fail' | 'inconclusive' | 'skipped';
  /** Why, in a few plain words. */
  reason: string;
  /** The services that were put to the test, in the order in which they started. */
  services: RehearsedService[];
  /** Services that were not, with the reason. */
  outside: Outside[];
  stores: RestoredStore[];
  /** Recovery time: how long it took to restore all stores, beside each other. Absent where there was none. */
  rtoMs?: number;
  /** Recovery point: the age of the oldest backup that was restored, when the rehearsal began. Absent where there was none. */
  rpoMs?: number;
  durationMs: number;
}

export interface RehearsedService {
  service: string;
  verdict: 'pass' | 'fail' | 'inconclusive';
  reason: string;
  durationMs: number;
}

export interface RestoredStore extends StoreProof {
  /** How old the backup was when the rehearsal began. */
  backupAgeMs: number;
}
