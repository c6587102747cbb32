import { CancellationScope, CancelledFailure, isCancellation } from '@temporalio/workflow';

/**
 * Work that goes on beside the story. The first failure stops all of it: `check` and `orFailure` throw it where the
 * story stands, and nothing is left running when `Flights.run` returns or throws.
 */
export class Flights {
  private readonly inFlight: Promise<void>[] = [];
  private failure?: { error: unknown };
  private fail: (error: unknown) => void = () => undefined;
  private readonly failed = new Promise<never>((_, reject) => (this.fail = reject));

  private constructor() {
    this.failed.catch(() => undefined);
  }

  /** Runs a story that may launch flights; returns when both it and they have ended well. */
  static async run(story: (flights: Flights) => Promise<void>): Promise<void> {
    const flights = new Flights();
    const scope = new CancellationScope();
    try {
      await scope.run(async () => {
        await story(flights);
        await flights.orFailure(Promise.all(flights.inFlight));
      });
    } catch (error) {
      // Where the story was stopped because a flight had failed, that is what has failed.
      const first = isCancellation(error) && flights.failure ? flights.failure.error : error;
      scope.cancel();
      await CancellationScope.nonCancellable(() => Promise.allSettled(flights.inFlight));
      throw first;
    }
  }

  /** Starts something whose failure ends the story; the promise given back never rejects by itself. */
  launch(work: () => Promise<void>): Promise<void> {
    const flight = work().catch((error: unknown) => {
      if (!this.failure) {
        this.failure = { error };
        this.fail(error);
      }
    });
    this.inFlight.push(flight);
    return flight;
  }

  /** Throws what has failed in the meantime, or that the story is to stop: nothing new begins after that. */
  check(): void {
    if (this.failure) throw this.failure.error;
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('stopped');
  }

  /** Waits for something, or throws as soon as any flight fails. */
  async orFailure<T>(something: Promise<T>): Promise<T> {
    const result = await Promise.race([something, this.failed]);
    this.check();
    return result;
  }

  /** The same, but what waits is stopped by the failure of a flight, and does not fail by it: it is not to blame. */
  async orStopped<T>(something: Promise<T>): Promise<T> {
    try {
      return await this.orFailure(something);
    } catch (error) {
      throw this.failure && this.failure.error === error ? new CancelledFailure('stopped') : error;
    }
  }
}
