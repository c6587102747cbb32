import { OneAtATime } from './one-at-a-time.js';

/** Lets pieces of work of this process go on beside each other, but for making what all of them need. */
export class MissingFirst {
  private readonly makers = new OneAtATime();

  /**
   * Does the work at once where nothing is missing. Where something is, those who share the key follow each other until one
   * of them has made it; whoever finds it there then goes on beside the others. Throws the signal's reason when it has
   * aborted by the time of its turn.
   */
  async run<T>(
    key: string,
    signal: AbortSignal,
    isMissing: () => Promise<boolean>,
    work: () => Promise<T>,
  ): Promise<T> {
    if (!(await isMissing())) return work();
    const made = await this.makers.run(key, signal, async () =>
      (await isMissing()) ? { result: await work() } : undefined,
    );
    return made ? made.result : work();
  }
}
