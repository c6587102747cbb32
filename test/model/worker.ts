import type { Agenda, Cancel } from './agenda.js';
import type { Chance } from './chance.js';

/** The one worker, which takes what waits for it a moment later, and may be dead for a while. */
export class FakeWorker {
  private isUp = true;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly agenda: Agenda,
    private readonly chance: Chance,
  ) {}

  /** Has the worker do something as soon as it gets round to it. */
  take(work: () => void | Promise<void>): Cancel {
    let cancel: Cancel = () => undefined;
    const poll = (): void => {
      cancel = this.agenda.after(this.chance.between(1, 30), () => {
        if (this.isUp) return work();
        this.waiting.add(poll);
      });
    };
    poll();
    return () => {
      cancel();
      this.waiting.delete(poll);
    };
  }

  /** It is killed, and another one is there after so long. */
  die(forMs: number): void {
    this.isUp = false;
    this.agenda.after(forMs, () => {
      this.isUp = true;
      const waiting = [...this.waiting];
      this.waiting.clear();
      for (const poll of waiting) poll();
    });
  }
}
