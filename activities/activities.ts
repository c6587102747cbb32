import type { ScanVerdict } from '../src/gates/scan-verdict.js';
import type { Verdict } from '../src/gates/verdict.js';
import type { GateSpec, Plan, PlannedData, Step } from '../src/plan/plan.js';
import type {
  BackupSummary,
  DrillChoice,
  LeftStore,
  ReusedStore,
  StoreBackup,
  StoreProof,
  StoreRef,
  StoreSelection,
} from '../src/spec/backup.js';
import type { CheckReport, HealthReport } from '../src/spec/check-report.js';
import type { ApprovalPolicy } from '../src/spec/approval.js';
import type { DeployResult, Leftover } from '../src/spec/deploy-result.js';
import type { Finding } from '../src/spec/finding.js';
import type { HostFacts } from '../src/spec/presence.js';
import type { GateSummary } from '../src/spec/gate-summary.js';
import type { Hold, HoldReport } from '../src/spec/hold.js';
import type { ProbationVerdict, ProbationWatch } from '../src/spec/probation.js';
import type { RehearsalMode, Twin, TwinDerivation } from '../src/spec/rehearsal.js';
import type { RestorableStore, RestoreChoice, Swapped } from '../src/spec/restore.js';
import type { ScheduleKind } from '../src/spec/schedule.js';
import type { RollbackChoice } from '../src/spec/rollback.js';
import type { FrozenRef } from '../src/spec/stack-spec.js';
import type { StoreWrites } from '../src/spec/store-writes.js';
import type { WhatServes } from '../src/spec/what-serves.js';
import type { AsideImage } from '../src/store/aside.js';

/**
 * Every step that workflows may ask for, with what holds afterwards. Each can run twice: it looks before it acts, and
 * adopts what an earlier attempt made. Nothing here carries a secret.
 */
export type Activities = AnyWorkerActivities & HostActivities;

export type { AsideImage };

/** Identity of a run that `workflow reset` does not change. */
export interface Chain {
  workflowId: string;
  firstRunId: string;
}

/** What every step on a host is told: whose turn it is. A step of a run whose turn is over throws `StaleRun`. */
export interface Turn {
  stack: string;
  /** From `beginRun`; 0 for a run that only looks. */
  epoch: number;
}

/** Steps that any worker may do. None touches a host but its own. */
export interface AnyWorkerActivities {
  /**
   * Finds the host whose worker knows the stack. `InvalidInput` when none does, or when several do and none was named;
   * `StepFailed` when that host's worker is not at work.
   */
  locateStack(args: { stack: string; host?: string }): Promise<{
    host: string;
    /** Whether search attributes of ours are registered here; writing an unregistered one would hang the run. */
    indexed: boolean;
  }>;
  /** Asks Temporal to cancel the run that calls it, so that an aborted run closes as Canceled. */
  cancelOwnRun(): Promise<void>;
  /** Whether the run that holds a lease is still at work. Frees the lease of a chain that has ended. */
  examineLease(args: { leaseId: string; contender: Chain }): Promise<LeaseState>;
  /** Returns when the lease has been given up or its holder is gone. */
  awaitLease(args: { leaseId: string; contender: Chain }): Promise<void>;
  /** Whether any run of a chain is open. */
  isChainOpen(args: { chain: Chain }): Promise<boolean>;
  /**
   * What `lookAtStack` returns, where the host is the worker's own and does not have many looks in hand already; else nothing, and
   * nothing is done.
   */
  lookIfHere(args: { stack: string; host: string }): Promise<HealthReport | undefined>;
}

/** `yours`: held by the contender's own chain, which happens after a reset. `by` is the holder's workflow id. */
export type LeaseState = { state: 'free' } | { state: 'yours' } | { state: 'held'; by: string };

/** Steps on one host. */
export interface HostActivities {
  /** Returns what the host says of itself once that is something else than `known`. Its heartbeats carry a `HostLook`. */
  watchHost(args: { known: HostFacts }): Promise<HostFacts>;

  /**
   * Makes the run's folder, and, unless it only looks, takes the stack's next epoch under the host lock: from here on
   * no step of an earlier run can act; twins that closed runs left are taken away. `capture` is there where the run was reset in the middle: what its former self
   * captured, which is what comes back, however this run ends. `hold`: nothing is to act on the stack by itself. `unsettled`: volumes that
   * an earlier run has left half replaced; nothing may be started on them.
   */
  beginRun(args: {
    stack: string;
    dryRun: boolean;
  }): Promise<{ epoch: number; runFolder: string; capture?: Capture; hold?: Hold; unsettled?: Finding[] }>;

  /**
   * Renders the configuration once, resolves what depends on the environment, and keeps it with the content of what it
   * binds. Findings of an invalid configuration are returned, all at once, and then there is no `frozen`.
   */
  freezeConfig(args: Turn & { services: string[]; pull: boolean }): Promise<FrozenConfig>;

  /** Everything that could stop the deployment and can be known beforehand; changes nothing. */
  preflight(args: Turn & { frozen: FrozenRef; services: string[] }): Promise<Finding[]>;

  /**
   * Records what serves now, so that it can come back: as the last release where that is what runs, else as a new
   * baseline release; pins its images under names of ours, and notes what every image reference names, `references` among
   * them.
   */
  captureStack(args: Turn & { frozen: FrozenRef; references?: string[] }): Promise<Capture>;

  /**
   * Builds the images of services from the frozen configuration, as many at once as the host has slots for. `StepFailed` with
   * the name of the service whose build failed, and its last lines.
   */
  buildImages(
    args: Turn & { frozen: FrozenRef; services: string[]; noCache: boolean; pull: boolean },
  ): Promise<ImageMade[]>;
  /** Pulls one service's image. `StepFailed` when there is no such image. */
  pullImage(args: Turn & { frozen: FrozenRef; service: string }): Promise<ImageMade>;

  /**
   * Looks at the stack and computes the plan; `images: 'as-tagged'` after the builds, `'may-change'` for a dry run, which
   * reckons with how images would be made.
   */
  planDeployment(
    args: Turn & {
      frozen: FrozenRef;
      services: string[];
      images: 'as-tagged' | 'may-change';
      pull: boolean;
      noCache: boolean;
    },
  ): Promise<Plan>;

  /**
   * The service's containers are those the step asks for. Waits for a Compose that outlived its worker. Where somebody has changed
   * the service since the plan was made, nothing is done, and the answer says so.
   */
  replaceService(args: Turn & { frozen: FrozenRef; step: Step }): Promise<Replaced>;

  /** A verdict as soon as there is one: well for the first time, or failed, or out of time. */
  awaitHealth(args: Turn & { frozen: Pick<FrozenRef, 'folder'>; service: string; gate: GateSpec }): Promise<Verdict>;
  /** Well for the whole of the gate's stable window, or not. */
  watchStability(args: Turn & { frozen: Pick<FrozenRef, 'folder'>; service: string; gate: GateSpec }): Promise<Verdict>;

  /**
   * The same of several services, in one step, so that a deployment of many stays a short history. `untilOneFails`: it ends as
   * soon as one has failed, and those that have no verdict by then are left out.
   */
  judgeServices(
    args: Turn & {
      frozen: Pick<FrozenRef, 'folder'>;
      question: 'awaitHealth' | 'watchStability';
      services: { service: string; gate: GateSpec }[];
      untilOneFails: boolean;
    },
  ): Promise<Verdict[]>;

  /**
   * What the running containers of these services report of failures is noted in the run's folder: it is not held
   * against the version that replaces them. To be asked for before the first replace.
   */
  noteLogBaseline(args: Turn & { frozen: Pick<FrozenRef, 'folder'>; services: string[] }): Promise<void>;
  /**
   * What these services have logged since their start, and what they answer on their endpoints, but for what is skipped. Of
   * those left alone, which went on running while what they need was replaced, lost connections are no errors.
   * One step for many services, so that a deployment of many stays a short history.
   */
  examineServices(
    args: Turn & {
      frozen: Pick<FrozenRef, 'folder'>;
      services: string[];
      leftAlone: string[];
      skip: ('scan' | 'endpoints')[];
    },
  ): Promise<Examined[]>;

  /** Stops the containers a run made for a service, on the way back. What was captured is left as it is. */
  stopService(args: Turn & { capture: Capture; service: string }): Promise<void>;
  /**
   * The service is as it was captured: same image, configuration, mounts and state; gone, if it was not there.
   * `frozen` and `capture` are those of the run that is taken back. `run`: all its containers run, also those that were stopped.
   * `seen`, on the way forward only: the ids that the plan has seen. Where somebody has made others, nothing is done.
   */
  restoreService(args: Turn & { capture: Capture; service: string; run?: boolean; seen?: string[] }): Promise<Restored>;
  /** Networks that the run made and nothing uses any more are gone. Volumes it made stay, and are listed. */
  clearUp(args: Turn & { capture: Capture }): Promise<{ leftovers: Leftover[] }>;
  /**
   * Every image reference that the run has changed names what it named when it was captured, or nothing, and no build or
   * pull of the run is at work any more. Where that image is gone it names nothing, and is listed. `findings`: names that
   * somebody else has given to another image; they stay.
   */
  restoreTags(args: Turn & { capture: Capture }): Promise<{ leftovers: Leftover[]; findings?: Finding[] }>;

  /** Appends the release that serves now. Doing it twice appends once. `StepFailed` when that is not what was planned. */
  recordRelease(
    args: Turn & {
      frozen: FrozenRef;
      plan: Plan;
      reason?: string;
      performer?: string;
      backup?: string;
      /** The release that it is again, after a rollback; `frozen` is the configuration of that one then. */
      repeats?: string;
      /** What the gates of the run said. */
      gates?: GateSummary[];
    },
  ): Promise<{
    release: string;
    /** How long it is to be watched, and the services that this run made; absent where nothing is to be watched. */
    probation?: Pick<ProbationWatch, 'services' | 'forMs'>;
    /** There is one release more: older ones may have to go. */
    collect?: true;
  }>;
  /**
   * Releases beyond those that the configuration keeps are no longer kept: noted so, and nothing of them is left but their records,
   * and what kept releases, containers or other images' names still use. The build cache is cut down to its limit, where the
   * stack builds. `findings`: what Docker refused.
   */
  collectReleases(args: Turn & { frozen: Pick<FrozenRef, 'folder'> }): Promise<Collected>;
  /**
   * Whether a release stays well, noted beside its record: `sick` for a crash loop, an exit or sickness of containers that it made;
   * `unknown` as soon as they are replaced, stopped or removed by somebody else. `held`: nothing is to be done about a sick one.
   */
  watchRelease(args: ProbationWatch): Promise<ProbationVerdict>;

  /**
   * Which release a rollback goes to: the one named, else the last verified one that does not serve. Findings that are errors
   * say why there is none, or what of it is gone. `restoreData`: the backup of its data, too.
   */
  chooseRollback(args: Turn & { to?: string; from?: string; restoreData?: boolean }): Promise<RollbackChoice>;
  /**
   * The plan of a rollback from what serves to a release; with a capture of the former also the aim: a capture of the latter, as
   * `restoreService` takes it. `data`: what is brought back besides.
   */
  planRollback(
    args: Turn & { release: string; target: FrozenRef; capture?: Capture; data?: PlannedData },
  ): Promise<{ plan: Plan; aim?: Capture }>;

  /**
   * The data that these services can reach, as it is now: what is to be dumped, what a young proof stands for, and what is
   * left, with the reason. Findings that are errors say why there can be no backup. No services: all data, whoever uses it, and no
   * proof stands for any.
   */
  selectStores(args: Turn & { frozen: FrozenRef; services: string[] }): Promise<StoreSelection>;
  /**
   * The dump of a store is whole in the draft of a backup, and has been read back. `StoreFailed` of a store is `StepFailed`. What it
   * returns lacks the counts: they are in the draft.
   */
  dumpStore(args: Turn & { frozen: FrozenRef; backup: string; store: StoreRef }): Promise<StoreBackup>;
  /** The draft counts as a backup: its manifest is written, and all of it outlives a power cut. */
  sealBackup(
    args: Turn & { backup: string; stores: StoreBackup[]; reused: ReusedStore[]; left: LeftStore[] },
  ): Promise<BackupSummary>;
  /** The proofs are in the backup's manifest. Backups beyond those that are kept are gone. */
  noteProof(args: Turn & { frozen?: Pick<FrozenRef, 'folder'>; backup: string; proofs: StoreProof[] }): Promise<void>;
  /** Nothing is left of a backup that was begun and not sealed. A sealed one stays. */
  discardBackup(args: Turn & { backup: string }): Promise<void>;

  /**
   * What the images of a plan say without being run: built for this machine, with the program that each service is started
   * with (errors), and the one its healthcheck runs (warnings).
   */
  checkImages(args: Turn & { frozen: FrozenRef; plan: Plan }): Promise<Finding[]>;
  /**
   * Derives the run's twin and writes its configuration; starts nothing. With the mode `off` only the stores are on it.
   * There is no twin where nobody can stand on it, or there is no room: `findings` say why.
   */
  deriveTwin(
    args: Turn & { frozen: FrozenRef; plan: Plan; stores: StoreRef[]; mode: RehearsalMode },
  ): Promise<TwinDerivation>;
  /** A store of a backup is restored on the twin, and up where it is a server; the proof says whether its counts are right. */
  raiseStore(args: Turn & { twin: Twin; store: StoreRef; backup: string }): Promise<StoreProof>;
  /**
   * These services have been started on the twin, once. One that cannot be executed is left for its gate to judge.
   * `StepFailed` where one would reach past the twin; then it is not started.
   */
  startOnTwin(args: Turn & { twin: Twin; services: string[] }): Promise<void>;
  /** Runs a command of `rehearse.commands` in a container of its own of a service on the twin. */
  runOnTwin(args: Turn & { twin: Twin; service: string; command: string }): Promise<Verdict>;
  /** Nothing of the twin is left but its configuration and evidence in the run's folder. Fine where there was none. */
  takeDownTwin(args: Turn & { project: string }): Promise<{ leftovers: Leftover[] }>;

  /**
   * What a restore is going to do: which stores of a backup (default: the newest) can take the place of what the stack has,
   * and which services rest meanwhile. Findings that are errors say why not. No services: all stores of the backup. `into`: the
   * release that is to come up on the data, and after which the backup was made: what its successor could not reach is left out.
   */
  chooseRestore(
    args: Turn & { frozen: FrozenRef; backup?: string; services: string[]; into?: string },
  ): Promise<RestoreChoice>;
  /** What each of these stores has now, beside what the backup has of it; or why that cannot be counted. */
  countWrites(
    args: Turn & { frozen: FrozenRef } & Pick<RestoreChoice, 'backup' | 'stores' | 'reused'>,
  ): Promise<StoreWrites[]>;
  /** Looks for a backup that is to be restored on a twin, by its id or `newest`. Findings that are errors say why it cannot be. */
  chooseDrill(args: Turn & { backup: string }): Promise<DrillChoice>;
  /**
   * No container of the service runs. `seen` as of `restoreService`, of each service that is to rest: where somebody has made others of any
   * of them, it is left as it is. Nothing is returned where all is as it has to be.
   */
  restService(
    args: Turn & { service: string; seen?: Record<string, string[]> },
  ): Promise<ServiceFoundByHand | undefined>;
  /**
   * What a store's volume had is whole in the volume `store.kept`, and what was restored on the twin is whole in the store's
   * volume; both have been compared. Stops whatever runs and mounts it. What a former self has kept of it counts. `StepFailed`
   * where that cannot be. `seen`: as of `restService`, of each service that rests; the volume has not been touched where somebody
   * has made others.
   */
  swapData(
    args: Turn & Swapped & { twin: Twin; seen?: Record<string, string[]> },
  ): Promise<ServiceFoundByHand | undefined>;
  /**
   * A store's volume has what it had before the run, and before its former selves. `touched`: it had to be put back; else there is no
   * copy of it, or `left` says why part of one is still there. `stopped`: containers of others that mounted it.
   */
  putDataBack(
    args: Turn & { store: RestorableStore },
  ): Promise<{ touched: boolean; left?: string; stopped?: string[] }>;

  /**
   * One look at a stack that runs, layer by layer; nothing of it changes, and it takes no turn. `only` and `services` narrow it down;
   * `InvalidInput` where they name nothing that is there.
   */
  checkStack(args: { stack: string; only?: string | undefined; services: string[] }): Promise<CheckReport>;
  /** The same of all of it, and the host remembers what it came to, for the next look and for whoever asks the worker. */
  lookAtStack(args: { stack: string }): Promise<HealthReport>;
  /**
   * A run of the stack that has closed is on record: its history is in its folder, and its bundle is sealed. So is every
   * other run of the stack that has closed. Waits until the run has closed.
   */
  archiveRun(args: { stack: string; workflowId: string; runId: string }): Promise<void>;

  /**
   * The stack is as if the run had not begun, for as long as it only waits: image names are back, and the images that the
   * run has made are kept under names of ours. What it has found and made is moved into `aside/<round>` of its folder, so
   * that it looks anew when it goes on; its frozen configuration stays. `findings`: names that could not be put back.
   */
  standAside(args: Turn & { capture: Capture; round: number }): Promise<{ images: AsideImage[]; findings: Finding[] }>;
  /** Images that were kept aside have their names again. `StepFailed` where one is gone. */
  takeUpImages(args: Turn & { images: AsideImage[] }): Promise<void>;
  /** Images that were kept aside are not kept any more. */
  letImagesGo(args: Turn & { images: AsideImage[] }): Promise<void>;

  /**
   * What the configuration schedules is scheduled so, and what an earlier one had scheduled and this one does not is gone. A schedule
   * that a person has paused stays paused; one that only a person has set is left alone.
   */
  applySchedules(
    args: Turn & { frozen: Pick<FrozenRef, 'folder'> },
  ): Promise<{ set: ScheduleKind[]; removed: ScheduleKind[] }>;

  /**
   * The last word of a person on whether anything may act on the stack by itself is kept on the host, unless a later one has been
   * said; with `dryRun` it is not. A run whose turn it is goes on.
   */
  holdStack(args: { stack: string; word: Hold; dryRun: boolean }): Promise<HoldReport>;

  /**
   * What stands for each service of the stack now, for a run that could not take back all that it did, and what a person does next
   * about it. Takes no turn: a newer run may have the stack. `release`: what served before; `back`: services that are back as that
   * had them; `touched`: those that the run answers for.
   */
  seeWhatServes(args: Turn & { release?: string; back: string[]; touched: string[] }): Promise<WhatServes>;

  /** Writes a result into the run's folder, for people and reports; the run is put on record once it has closed. */
  writeResult(args: Turn & { result: DeployResult }): Promise<void>;
}

/** How one service is examined, once it is well. */
export interface Examinations {
  /**
   * What a service's containers have logged since their start: `fail` for an error that was not noted before,
   * `inconclusive` where a log cannot be read. The run's folder has every finding with its whole excerpt.
   */
  scanLogs(
    args: Turn & { frozen: Pick<FrozenRef, 'folder'>; service: string; leftAlone?: boolean },
  ): Promise<ScanVerdict>;

  /**
   * Every container of a service is asked for its endpoints: as configured, else those in its healthcheck, else a
   * connection to each port that it publishes. `inconclusive` where there is no way to one. A service that is meant to
   * end, or is scaled to 0, passes.
   */
  testEndpoints(args: Turn & { frozen: Pick<FrozenRef, 'folder'>; service: string }): Promise<Verdict>;
}

/** What an examination of a service came to; what was skipped is not there. */
export interface Examined {
  service: string;
  log?: ScanVerdict;
  endpoints?: Verdict;
}

/** What a collection came to. */
export interface Collected {
  /** Releases that are no longer kept since this run. */
  releases: string[];
  /** Bytes of build cache that were freed. */
  cacheBytes: number;
  findings: Finding[];
}

export interface FrozenConfig {
  frozen?: FrozenRef;
  findings: Finding[];
  /** The configuration schedules something, or an earlier one has. */
  scheduled?: true;
  /** Whether the operator wants releases rehearsed; there where `frozen` is. */
  rehearsal?: RehearsalMode;
  /** Who has to approve what; absent where nobody has to. */
  approval?: ApprovalPolicy;
  /** Services of the frozen configuration that are asked for, and how each gets its image. */
  images: { service: string; ref: string; source: 'build' | 'pull' | 'present' }[];
}

/** Where the state before the run is kept. */
export interface Capture {
  /** The release to go back to; absent when the stack had no container at all. */
  release?: string;
  /** Relative to the stack's folder. */
  folder: string;
  /** What people should know about it; absent where there is nothing. */
  findings?: Finding[];
  /** Only where the run was reset, and its former self did not come to its end. */
  formerSelf?: {
    /** Services that were not as captured when this run began, in the order in which they start. */
    begun: string[];
    /** All services of the former self's configuration, in that order. */
    services: string[];
    /** The configuration of the former self. */
    frozen: Pick<FrozenRef, 'folder'>;
    /** Stores whose volumes it has begun to replace; absent where it had not. Who rested for them is in `begun`. */
    swapped?: Swapped[];
  };
}

export interface ImageMade {
  ref: string;
  id: string;
  /** Of the command that made it, which may have made others too. */
  durationMs: number;
}

export interface Replaced {
  /** Ids of the service's containers. */
  containers: string[];
  /** What somebody has done to them since the plan was made, in plain words. Then nothing was done here. */
  changedByHand?: string[];
  untouched?: true;
}

/** A service that somebody has changed by hand since the plan was made. Nothing was done to it. */
export interface FoundByHand {
  /** Ids of its containers. */
  containers: string[];
  /** What somebody has done to them, in plain words. */
  changedByHand: string[];
  untouched: true;
}

/** The same where several services were looked at. */
export interface ServiceFoundByHand extends FoundByHand {
  service: string;
}

export interface Restored extends Partial<Pick<FoundByHand, 'containers' | 'changedByHand'>> {
  /** What it is now. */
  state: 'running' | 'stopped' | 'absent';
  /** It was as captured already: nothing had to be done. */
  untouched: boolean;
  /** Differences that could not be avoided, in plain words. */
  remarks: string[];
  /** How to judge it; absent where it was stopped or absent before. */
  gate?: GateSpec;
}
