import type { coresdk } from '@temporalio/proto';
import type { Agenda, Cancel } from './agenda.js';
import {
  cancelled,
  type Failure,
  failureOf,
  mayBeTriedAgain,
  msOf,
  ofActivity,
  RETRY_STATE,
  timedOut,
  TIMEOUT,
} from './failures.js';
import type { FakeWorker } from './worker.js';

export type ActivityOrder = coresdk.workflow_commands.IScheduleActivity;
export type ActivityResult = coresdk.activity_result.IActivityResolution;

/** How an attempt at a step ends, if its worker lives. */
export type AttemptEnd = { result: unknown } | { error: Error } | { cancelled: true };

/** An attempt that is under way. */
export interface Attempt {
  /** It is told, by a heartbeat, that nobody wants it any more. */
  cancel(): void;
  /** Its worker has died. */
  abandon(): void;
}

/** Begins an attempt. */
export type Perform = (attempt: number, ended: (end: AttemptEnd) => void) => Attempt;

const HEARTBEAT_MS = 1000;

/** A step that a workflow has asked for, as Temporal has it tried until it comes to something. */
export class ActivityTask {
  private attempt = 0;
  private isCancelRequested = false;
  private isOver = false;
  private underWay?: Attempt;
  private queued: Cancel = () => undefined;
  private late: Cancel = () => undefined;
  private heartbeat: Cancel = () => undefined;

  constructor(
    readonly order: ActivityOrder,
    private readonly agenda: Agenda,
    private readonly worker: FakeWorker,
    private readonly perform: Perform,
    private readonly resolve: (result: ActivityResult) => void,
    private readonly encode: (result: unknown) => ActivityResult,
  ) {
    this.queue();
  }

  /** The workflow waits for it to end, or be found not to have begun. */
  requestCancel(): void {
    if (this.isOver || this.isCancelRequested) return;
    this.isCancelRequested = true;
    if (this.underWay) this.tellAtHeartbeat();
    else this.end({ cancelled: { failure: ofActivity(this.named, cancelled(), RETRY_STATE.inProgress) } });
  }

  /** Its workflow has closed. */
  drop(): void {
    this.isOver = true;
    this.stopWaiting();
    if (this.underWay) this.tellAtHeartbeat();
  }

  /** The worker has died. */
  lose(): void {
    if (!this.underWay) return;
    this.heartbeat();
    this.underWay.abandon();
    if (this.isOver) return;
    const heartbeatMs = msOf(this.order.heartbeatTimeout);
    if (heartbeatMs === 0) return;
    this.late();
    this.late = this.agenda.after(heartbeatMs, () => this.runOut(TIMEOUT.heartbeat));
  }

  private queue(): void {
    const withinMs = msOf(this.order.scheduleToStartTimeout);
    if (withinMs > 0) {
      const give = (): void => this.fail(timedOut(TIMEOUT.scheduleToStart), RETRY_STATE.final);
      this.late = this.agenda.after(withinMs, give);
    }
    this.queued = this.worker.take(() => this.begin());
  }

  private begin(): void {
    this.late();
    this.attempt += 1;
    const { attempt } = this;
    const withinMs = msOf(this.order.startToCloseTimeout);
    this.late = this.agenda.after(withinMs, () => this.runOut(TIMEOUT.startToClose));
    this.underWay = this.perform(attempt, (end) => {
      if (this.isOver || this.attempt !== attempt || !this.underWay) return;
      this.ended(end);
    });
  }

  private ended(end: AttemptEnd): void {
    this.heartbeat();
    delete this.underWay;
    if ('result' in end) return this.end(this.encode(end.result));
    if ('error' in end) {
      const finalTypes = this.order.retryPolicy?.nonRetryableErrorTypes ?? [];
      return this.tryAgain(failureOf(end.error), mayBeTriedAgain(end.error, finalTypes));
    }
    if (!this.isCancelRequested) return this.tryAgain(cancelled(), true);
    this.end({ cancelled: { failure: ofActivity(this.named, cancelled(), RETRY_STATE.inProgress) } });
  }

  /** Temporal has not heard of it in time; what is still at work there is told by its next heartbeat. */
  private runOut(timeoutType: number): void {
    const { underWay } = this;
    delete this.underWay;
    this.heartbeat();
    if (timeoutType === TIMEOUT.startToClose) this.agenda.after(HEARTBEAT_MS, () => underWay?.cancel());
    this.tryAgain(timedOut(timeoutType), true);
  }

  private tryAgain(cause: Failure, mayHelp: boolean): void {
    const { maximumAttempts, initialInterval, backoffCoefficient, maximumInterval } = this.order.retryPolicy ?? {};
    if (!mayHelp) return this.fail(cause, RETRY_STATE.final);
    if (this.isCancelRequested) return this.fail(cause, RETRY_STATE.cancelled);
    if (maximumAttempts && this.attempt >= maximumAttempts) return this.fail(cause, RETRY_STATE.attempts);
    const pauseMs = (msOf(initialInterval) || 1000) * (backoffCoefficient || 2) ** (this.attempt - 1);
    this.late();
    this.queued = this.agenda.after(Math.min(pauseMs, msOf(maximumInterval) || 100_000), () => this.queue());
  }

  private fail(cause: Failure, retryState: number): void {
    this.end({ failed: { failure: ofActivity(this.named, cause, retryState) } });
  }

  private end(result: ActivityResult): void {
    this.isOver = true;
    this.stopWaiting();
    this.resolve(result);
  }

  private stopWaiting(): void {
    this.queued();
    this.late();
  }

  private tellAtHeartbeat(): void {
    const { underWay } = this;
    this.heartbeat = this.agenda.after(HEARTBEAT_MS, () => underWay?.cancel());
  }

  private get named() {
    return { activityType: this.order.activityType!, activityId: this.order.activityId! };
  }
}
