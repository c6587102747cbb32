/** Lets only so many pieces of work of this process go on at once. */
export class Slots {
  private taken = 0;
  private waiting: (() => void)[] = [];

  /**
   * Waits for a slot, and returns what gives it back. `limit` is asked before each decision: whenever a slot is given
   * back, and every `resampleMs`, because memory comes and goes. Rejects with the signal's reason when it aborts first.
   */
  async take(limit: () => Promise<number>, signal: AbortSignal, resampleMs = 1000): Promise<() => void> {
    return (await this.takeSome(limit, 1, signal, resampleMs)).giveBack;
  }

  /** The same for work that can use several: waits for the first one, and takes those besides that are free by then. */
  async takeSome(
    limit: () => Promise<number>,
    most: number,
    signal: AbortSignal,
    resampleMs = 1000,
  ): Promise<{ count: number; giveBack: () => void }> {
    for (;;) {
      const allowed = await limit();
      // From here to the listener nothing is awaited, so no change can slip by.
      signal.throwIfAborted();
      if (this.taken < allowed) return this.taking(Math.min(allowed - this.taken, most));
      await this.change(signal, resampleMs);
    }
  }

  private taking(count: number): { count: number; giveBack: () => void } {
    this.taken += count;
    let held = true;
    const giveBack = (): void => {
      if (!held) return;
      held = false;
      this.taken -= count;
      for (const wake of this.waiting.splice(0)) wake();
    };
    return { count, giveBack };
  }

  private change(signal: AbortSignal, resampleMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.waiting = this.waiting.filter((other) => other !== wake);
        resolve();
      };
      const timer = setTimeout(wake, resampleMs);
      signal.addEventListener('abort', wake, { once: true });
      this.waiting.push(wake);
    });
  }
}
