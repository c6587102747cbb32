/**
 * A signal that aborts after so many milliseconds with a `TimeoutError`, and keeps no process from ending.
 *
 * In place of `AbortSignal.timeout`: Node 20 holds that one by nothing but its own listeners, so one that is only a part of
 * `AbortSignal.any` is collected as garbage, and never aborts.
 */
export function timeoutSignal(ms: number): AbortSignal {
  const over = new AbortController();
  setTimeout(() => over.abort(new DOMException(`It took more than ${ms} ms`, 'TimeoutError')), ms).unref();
  return over.signal;
}
