import { workflowInfo } from '@temporalio/workflow';
import type { AsideImage, Capture, Turn } from '../activities/activities.js';
import type { Plan, Step } from '../src/plan/plan.js';
import type { BackupSummary, LeftStore } from '../src/spec/backup.js';
import type { DeployInput } from '../src/spec/deploy-input.js';
import type { DeployResult, Failure, Leftover } from '../src/spec/deploy-result.js';
import type { GateSummary } from '../src/spec/gate-summary.js';
import type { Hold } from '../src/spec/hold.js';
import type { Outcome } from '../src/spec/outcome.js';
import type { Phase } from '../src/spec/progress.js';
import type { RehearsalReport } from '../src/spec/rehearsal.js';
import type { RestoreReport, Swapped } from '../src/spec/restore.js';
import type { FrozenRef } from '../src/spec/stack-spec.js';
import type { NextCommand, ServedRow } from '../src/spec/what-serves.js';
import { hostActivities } from './activity-proxies.js';
import { Checklist } from './checklist.js';
import { Approvals } from './approvals.js';
import { Deadlines } from './deadlines.js';
import type { Word } from './messages.js';
import { Pauses } from './pauses.js';
import { Questions } from './questions.js';
import { Seen } from './seen.js';

/** What a deployment has learnt and done so far: everything that going back, and the result, depend on. */
export class DeploymentRun {
  readonly checklist: Checklist;
  readonly startedAtMs = workflowInfo().startTime.getTime();
  hostName = '';
  leased = false;
  turn: Turn;
  runFolder?: string;
  /** The hold that stood on the stack when the run began. */
  hold?: Hold | undefined;
  frozen?: FrozenRef;
  capture?: Capture;
  plan?: Plan;
  /** Steps that have begun, waves apart, in order. An undo counts on it, so a step is noted before it acts. */
  readonly begun: Step[][] = [];
  /** Services of begun steps that turned out to be as they were: their step was stopped before it acted. */
  readonly intact: string[] = [];
  /** What the gates said of the services of the stack, as the release records it. */
  readonly gates: GateSummary[] = [];
  backup?: BackupSummary;
  /** What there is of data where nothing of it is backed up, with the reason. */
  notBackedUp: LeftStore[] = [];
  /** How often it has begun to back up: a second backup is not the first one again. */
  backupRounds = 0;
  rehearsal?: RehearsalReport;
  /** What is being cleared away beside the story; its end is awaited before the run closes. It never rejects. */
  readonly tidying: Promise<void>[] = [];
  readonly approvals = new Approvals(this);
  readonly pauses = new Pauses(this);
  readonly deadlines: Deadlines;
  readonly questions = new Questions(this);
  readonly seen = new Seen(this);
  /** Who has aborted it. */
  aborted?: Word;
  /** How often it has stood aside to wait for people. */
  asideRounds = 0;
  /** Images that it keeps under names of ours while it stands aside. */
  aside: AsideImage[] = [];
  dataRestored?: RestoreReport;
  /** Stores whose volumes it replaces. As with `begun`, one is noted before its step acts. */
  readonly swapped: Swapped[] = [];
  readonly restored: string[] = [];
  readonly remarks: string[] = [];
  readonly leftovers: Leftover[] = [];
  /** Whether people have left something as it is that could not be taken back. */
  leftByPeople = false;
  failure?: Failure;
  /** What stands for each service where it has failed to go back; absent where nobody could look. */
  serves?: ServedRow[];
  /** What a person does next about that. */
  next?: NextCommand;
  release?: string;
  /** Who watches the release, and for how long. */
  probation?: { workflowId: string; forMs: number };

  constructor(readonly input: DeployInput) {
    this.checklist = new Checklist(input.stack);
    this.deadlines = new Deadlines(this);
    this.turn = { stack: input.stack, epoch: 0 };
  }

  /** The steps on the host where the stack is; known once it has been located. */
  get host() {
    return (this.proxies ??= hostActivities(this.hostName));
  }

  private proxies?: ReturnType<typeof hostActivities>;

  get touched(): Step[] {
    return this.begun.flat();
  }

  /** The services this run answers for, in the order in which they start: those it touched, and its former self's. */
  get changed(): string[] {
    const touched = this.touched.map(({ service }) => service);
    return [...new Set([...touched, ...(this.capture?.formerSelf?.begun ?? [])])];
  }

  /** The stores whose data this run answers for: those that it replaces, and its former self's. */
  get replacedData(): Swapped[] {
    const former = this.capture?.formerSelf?.swapped ?? [];
    const isOwn = ({ store }: Swapped): boolean => this.swapped.some((own) => own.store.id === store.id);
    return [...former.filter((swap) => !isOwn(swap)), ...this.swapped];
  }

  /** From now on people can approve, refuse and pause the run, and give it more time. */
  listen(): void {
    for (const hearing of [this.approvals, this.pauses, this.deadlines]) hearing.listen();
  }

  /** Does one piece of the runbook as a line of the live checklist. */
  async line<T>(
    phase: Phase,
    title: string,
    work: () => Promise<T>,
    noteOf?: (result: T) => string | undefined,
  ): Promise<T> {
    this.checklist.enter(phase);
    return this.checklist.line({ id: title, phase, title }, work, noteOf);
  }

  result(outcome: Outcome): DeployResult {
    const { input, capture, plan } = this;
    return {
      outcome,
      stack: input.stack,
      host: this.hostName,
      ...(this.release === undefined ? {} : { release: this.release }),
      ...(capture?.release === undefined ? {} : { previousRelease: capture.release }),
      verified: 'unknown',
      ...(this.failure ? { failure: this.failure } : {}),
      touched: this.changed.filter((service) => !this.intact.includes(service)),
      restored: this.restored,
      unchanged: plan?.unchanged ?? [],
      ...(this.backup ? { backup: this.backup } : {}),
      ...(!this.backup && this.notBackedUp.length > 0 ? { notBackedUp: this.notBackedUp } : {}),
      ...(this.rehearsal ? { rehearsal: this.rehearsal } : {}),
      ...(this.dataRestored ? { dataRestored: this.dataRestored } : {}),
      ...(this.approvals.given.length > 0 ? { approvals: this.approvals.given } : {}),
      warnings: this.checklist.progress.warnings,
      leftovers: this.leftovers,
      ...(this.serves ? { serves: this.serves } : {}),
      ...(this.next ? { next: this.next } : {}),
      remarks: this.remarks,
      ...(plan ? { planHash: plan.hash } : {}),
      ...(input.dryRun && plan ? { plan } : {}),
      ...(input.reason === undefined ? {} : { reason: input.reason }),
      ...(input.performer === undefined ? {} : { performer: input.performer }),
      ...(this.probation ? { probation: this.probation } : {}),
      ...(this.runFolder === undefined ? {} : { runFolder: this.runFolder }),
      startedAtMs: this.startedAtMs,
      endedAtMs: Date.now(),
    };
  }
}
