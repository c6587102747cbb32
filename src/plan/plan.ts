import type { Finding } from '../spec/finding.js';
import type { StoreWrites } from '../spec/store-writes.js';

/**
 * What a deployment is going to do, as data. It is computed once by a pure function, recorded in workflow history, and
 * then walked; whoever walks it decides nothing.
 */
export interface Plan {
  /** An interpreter refuses a plan of a format it does not know. */
  format: 1;
  stack: string;
  /** sha256 over everything but itself, and `data.writes`. */
  hash: string;
  /** Services that are replaced together, in the order in which they start. */
  waves: Step[][];
  /** Whether the services of a wave are replaced at the same time; else one after another, in order. */
  together: boolean;
  /** A pause after each service, for hosts that suffer when everything starts at once. */
  staggerMs: number;
  /** Services that are left as they are. */
  unchanged: string[];
  /** Only in a plan made before the builds: services whose image a build or a pull could change yet, and why. */
  mayChange?: { service: string; because: string }[];
  /** Containers of services that the file no longer names. They are named, and left alone. */
  orphans: { service: string; container: string }[];
  /** What is known beforehand to stay unproven, and what was sick before. */
  warnings: Finding[];
  /** Only of a rollback that brings data back, too. */
  data?: PlannedData;
}

/** Data of a backup that takes the place of what the stack has. */
export interface PlannedData {
  /** Id of the backup. */
  backup: string;
  /** When it was begun. */
  atMs: number;
  stores: { store: string; service: string; volume: string }[];
  /** The services that rest meanwhile. */
  resting: string[];
  /** What would be lost, as it was counted. Writing goes on while people think, so the plan's hash leaves it out. */
  writes: StoreWrites[];
}

/** What happens to one service. */
export interface Step {
  /**
   * - `replace`: its containers are created, or created anew.
   * - `run-again`: a one-shot that a changed service waits for; it runs to completion once more.
   * - `restart`: its containers stay the very same, and rest while data is put in place.
   * - `judge`: nothing is done to it, but it depends on what changed, so its gate has to pass.
   */
  kind: 'replace' | 'run-again' | 'restart' | 'judge';
  service: string;
  /** In plain words, the weightiest first: `image changed: 3f2a… → 91ab…`. Never empty. */
  because: string[];
  /** Create anew although Compose sees no difference. */
  force: boolean;
  /** How many containers there will be. */
  scale: number;
  /**
   * The image its containers must run, and the reference that must name it at that moment. The id is empty in a plan
   * made before the builds, where nothing carries the reference yet.
   */
  image: { ref: string; id: string };
  /** Compose's hash of the frozen service; empty where it depends on containers that it joins, so that it tells nothing. */
  configHash: string;
  /** Ids of the containers that it replaces, or that rest for their data; empty when it had none. */
  replaces: string[];
  gate: GateSpec;
}

/** How a service is judged once it has been started. */
export interface GateSpec {
  /** `one-shot` services pass by exiting with 0. */
  kind: 'long-running' | 'one-shot';
  timeoutMs: number;
  stableForMs: number;
  probe: 'active' | 'docker';
  onInconclusive: 'rollback' | 'accept';
  /** It may also end with 0: nothing restarts it and nothing needs it up, so it may be meant to. */
  mayEnd?: boolean;
  /** The run does nothing to it: what was said of it before its gate began says nothing of it now. */
  leftAlone?: boolean;
  /** Sick before the run began: it fails only when it is worse now. */
  wasSick?: boolean;
}

/** The steps of a plan that change something, in order. */
export function mutatingSteps(plan: Plan): Step[] {
  return plan.waves.flat().filter((step) => step.kind !== 'judge');
}
