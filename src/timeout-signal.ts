import { LONGEST_TIMER_MS } from './longest-timer.js';

/**
 * A signal that aborts after so many milliseconds, 24 days at most, with a `TimeoutError`, and keeps no process from ending.
 *
 * In place of `AbortSignal.timeout`: Node 20 holds that one by nothing but its own listeners, so one that is only a part of
 * `AbortSignal.any` is collected as garbage, and never aborts.
 */
export function timeoutSignal(ms: number): AbortSignal {
  const over = new AbortController();
  setTimeout(
    () => over.abort(new DOMException(`It took more than ${ms} ms`, 'TimeoutError')),
    Math.min(ms, LONGEST_TIMER_MS),
  ).unref();
  return over.signal;
}
