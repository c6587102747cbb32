/** Lets only so many pieces of work of this process go on at once. */
export class Slots {
  private taken = 0;
  private waiting: (() => void)[] = [];

  /**
   * Waits for a slot, and returns what gives it back. `limit` is asked before each decision: whenever a slot is given
   * back, and every `resampleMs`, because memory comes and goes. Rejects with the signal's reason when it aborts first.
   */
  async take(limit: () => Promise<number>, signal: AbortSignal, resampleMs = 1000): Promise<() => void> {
    for (;;) {
      const allowed = await limit();
      // From here to the listener nothing is awaited, so no change can slip by.
      signal.throwIfAborted();
      if (this.taken < allowed) break;
      await this.change(signal, resampleMs);
    }
    this.taken += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.taken -= 1;
      for (const wake of this.waiting.splice(0)) wake();
    };
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
