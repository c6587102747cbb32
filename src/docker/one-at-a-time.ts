/** Lets pieces of work of this process that share a key follow each other, in the order in which they ask. */
export class OneAtATime {
  private readonly lastOf = new Map<string, Promise<void>>();

  /** Runs the work after all that asked before under this key. Throws the signal's reason when it has aborted by then. */
  async run<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.lastOf.get(key) ?? Promise.resolve();
    const turn = before.then(() => {
      signal.throwIfAborted();
      return work();
    });
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.lastOf.set(key, settled);
    try {
      return await turn;
    } finally {
      if (this.lastOf.get(key) === settled) this.lastOf.delete(key);
    }
  }
}
