import type { Context } from '@temporalio/activity';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { FAILURE } from '../../activities/failures.js';
import type { ResourceCurve } from '../../activities/resource-curve.js';
import { EngineLate } from '../docker/engine.js';
import { isStuck } from '../docker/stuck.js';
import { redactor } from '../spec/redact.js';
import { FaultInjected, type FaultPoints } from './fault-points.js';
import { mayPass, waitsForRoom } from './may-pass.js';

/** Heartbeats within the time in which one has to come. */
const HEARTBEATS_IN_TIME = 4;
const HEARTBEAT_EVERY_MS = 1000;

/**
 * Around every activity: heartbeats, so that a dead worker is noticed in time; the curve of what the stack uses
 * meanwhile; the fault points; and no failure leaves with a credential in its text.
 */
export class AroundActivity implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    private readonly faults: FaultPoints | undefined,
    private readonly curve?: ResourceCurve,
  ) {}

  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
    const { activityType } = this.context.info;
    const stopHeartbeat = this.keepHeartbeat();
    const stopSampling = this.sample(input.args[0]);
    try {
      if (!this.faults) return await next(input);
      await this.faults('before', activityType, input.args);
      const during = this.faults('during', activityType, input.args);
      const [result] = await Promise.all([next(input), during]);
      await this.faults('after', activityType, input.args);
      return result;
    } catch (error) {
      throw asFailure(error, activityType, this.context.info.attempt);
    } finally {
      stopSampling();
      stopHeartbeat();
    }
  }

  /** Steps that a run has taken a turn for are at work on its stack. */
  private sample(args: unknown): () => void {
    const { stack, epoch } = (args ?? {}) as { stack?: unknown; epoch?: unknown };
    const { workflowExecution: run } = this.context.info;
    if (!this.curve || !run || typeof stack !== 'string' || typeof epoch !== 'number' || epoch === 0) return noop;
    return this.curve.during({ stack, ...run });
  }

  /**
   * Repeats the activity's own last heartbeat, so that its cursor is not lost. There is none at once, unless an earlier attempt has
   * left a cursor: most steps end before one is due, and Temporal writes each of them down.
   */
  private keepHeartbeat(): () => void {
    const { context } = this;
    // Temporal knows nothing of a step that a worker takes in hand for its run.
    if (context.info.isLocal) return noop;
    let cursor: unknown = context.info.heartbeatDetails;
    const send = context.heartbeat.bind(context);
    Object.assign(context, { heartbeat: (details?: unknown) => send((cursor = details)) });
    if (cursor !== undefined) send(cursor);
    const { heartbeatTimeoutMs } = context.info;
    const everyMs = heartbeatTimeoutMs === undefined ? HEARTBEAT_EVERY_MS : heartbeatTimeoutMs / HEARTBEATS_IN_TIME;
    const timer = setInterval(() => send(cursor), everyMs);
    return () => clearInterval(timer);
  }
}

const noop = (): void => undefined;

const redact = redactor([]);

/** So many attempts at a container that Docker neither lets go nor says why, each of two minutes and more, come to half an hour. */
const UNANSWERED_AT_MOST = 12;

/**
 * What goes into workflow history instead of an error: never a credential, never the cause it wraps. Only weather is
 * tried again; an error that nobody expected would only happen again, so it ends the step. What Docker does not let go of is told
 * from all that is final; so is, after some attempts, what Docker does not answer when a container is to go.
 */
export function asFailure(error: unknown, activityType: string, attempt: number): unknown {
  if (error instanceof ApplicationFailure) {
    if (error.type !== FAILURE.stepFailed) return redacted(error);
    if (waitsForRoom(error, activityType)) return new Error(redact(error.message));
    return redacted(error, isStuck(error) ? FAILURE.stuck : error.type);
  }
  if (error instanceof TemporalFailure) return error;
  const message = redact(error instanceof Error ? error.message : String(error));
  const isHanging = error instanceof EngineLate && isStuck(error) && attempt >= UNANSWERED_AT_MOST;
  const isTriedAgain = mayPass(error) || waitsForRoom(error, activityType) || error instanceof FaultInjected;
  if (isTriedAgain && !isHanging) return new Error(message);
  if (isStuck(error)) return ApplicationFailure.nonRetryable(message, FAILURE.stuck, { excerpt: [] });
  console.error(error);
  return ApplicationFailure.nonRetryable(message, FAILURE.stepFailed, { excerpt: [] });
}

/** Made anew, since the stack of an error begins with its message. Details are redacted by who wrote them. */
function redacted(
  { message, type: own, nonRetryable, details, nextRetryDelay }: ApplicationFailure,
  type = own,
): ApplicationFailure {
  return new ApplicationFailure(redact(message), type, nonRetryable, details, undefined, nextRetryDelay);
}
