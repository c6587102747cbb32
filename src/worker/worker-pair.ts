import { CombinedWorkerRunError } from '@temporalio/worker';

/** What of a worker is asked here. */
export interface Runnable {
  runUntil(end: Promise<void>): Promise<void>;
}

/** Makes two workers, one after the other. Where the second one cannot be made, the first one is ended. */
export async function makeBoth<T extends Runnable>(
  makeFirst: () => Promise<T>,
  makeSecond: () => Promise<T>,
): Promise<T[]> {
  const first = await makeFirst();
  try {
    return [first, await makeSecond()];
  } catch (error) {
    // A worker lets go of its connection, which cannot be closed before, only after it has run.
    await first.runUntil(Promise.resolve()).catch(() => undefined);
    throw error;
  }
}

/** Runs workers until the signal aborts. The first one that fails ends the others; what it failed of is thrown. */
export async function runTogether(workers: Runnable[], until: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const end = aborted(AbortSignal.any([until, failed.signal]));
  const working = workers.map(async (worker) => {
    try {
      await worker.runUntil(end);
    } finally {
      failed.abort();
    }
  });
  const failure = (await Promise.allSettled(working)).find((each) => each.status === 'rejected');
  if (failure) throw reasonOf(failure.reason);
}

/** The SDK says only that a worker has failed where that ended by itself, and wraps what it failed of. */
function reasonOf(error: unknown): unknown {
  return error instanceof CombinedWorkerRunError ? error.cause.workerError : error;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((end) => signal.addEventListener('abort', () => end(), { once: true }));
}
