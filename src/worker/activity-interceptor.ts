import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { redactor } from '../spec/redact.js';
import type { FaultPoints } from './fault-points.js';

const HEARTBEAT_EVERY_MS = 1000;

/**
 * Around every activity: a heartbeat each second, so that a dead worker is noticed at once; the fault points; and no
 * failure leaves with a credential in its text.
 */
export class AroundActivity implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    private readonly faults: FaultPoints | undefined,
  ) {}

  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
    const { activityType } = this.context.info;
    const stopHeartbeat = this.keepHeartbeat();
    try {
      if (!this.faults) return await next(input);
      await this.faults('before', activityType, input.args);
      const during = this.faults('during', activityType, input.args);
      const [result] = await Promise.all([next(input), during]);
      await this.faults('after', activityType, input.args);
      return result;
    } catch (error) {
      throw withoutCredentials(error);
    } finally {
      stopHeartbeat();
    }
  }

  /** Repeats the activity's own last heartbeat, so that its cursor is not lost. */
  private keepHeartbeat(): () => void {
    const { context } = this;
    let cursor: unknown = context.info.heartbeatDetails;
    const send = context.heartbeat.bind(context);
    Object.assign(context, { heartbeat: (details?: unknown) => send((cursor = details)) });
    send(cursor);
    const timer = setInterval(() => send(cursor), HEARTBEAT_EVERY_MS);
    return () => clearInterval(timer);
  }
}

const redact = redactor([]);

/** Failures go into workflow history with message and stack. */
function withoutCredentials(error: unknown): unknown {
  if (error instanceof ApplicationFailure || !(error instanceof Error)) return error;
  const clean = redact(error.message);
  if (clean !== error.message) {
    error.stack = error.stack?.replace(error.message, clean);
    error.message = clean;
  }
  return error;
}
