const LONGEST_STOP_MS = 900;

/**
 * Runs `stop` at SIGTERM or SIGINT. As process 1 of a container Node gets no default handling of them, and would be
 * killed only after the grace period. What is not finished in time is cut off.
 */
export function onStopSignal(stop) {
  const stopNow = () => {
    setTimeout(() => process.exit(0), LONGEST_STOP_MS).unref();
    stop();
  };
  process.once('SIGTERM', stopNow);
  process.once('SIGINT', stopNow);
}
