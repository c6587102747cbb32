import { Context } from '@temporalio/activity';
import { timeoutSignal } from '../src/timeout-signal.js';

/** What becomes of a child when its step does not wait for it any longer. */
export interface ChildSignals {
  /** The child is ended: somebody has asked for that, or the step has lasted as long as it may. */
  terminateOn: AbortSignal;
  /** The child goes on, and the next attempt finds it: heartbeats came late, or the worker has been told to stop. */
  leaveOn: AbortSignal;
}

/** Those of the attempt that asks, for a child that may be ended in the middle. */
export function childSignals(): ChildSignals {
  const context = Context.current();
  const { cancellationSignal, info } = context;
  const asked = new AbortController();
  const left = new AbortController();
  const tell = (): void =>
    (context.cancellationDetails?.cancelRequested ? asked : left).abort(cancellationSignal.reason);
  if (cancellationSignal.aborted) tell();
  else cancellationSignal.addEventListener('abort', tell, { once: true });
  return {
    terminateOn: AbortSignal.any([asked.signal, timeoutSignal(info.startToCloseTimeoutMs)]),
    leaveOn: left.signal,
  };
}
