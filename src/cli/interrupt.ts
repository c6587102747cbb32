/**
 * Runs something that Ctrl-C ends early: the signal aborts on the first SIGINT, SIGTERM or SIGHUP. A second one ends the
 * process as it would have without us.
 */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const interrupt = (): void => controller.abort();
  for (const signal of signals) process.once(signal, interrupt);
  try {
    return await run(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
