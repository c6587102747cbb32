/** Takes something off the agenda; harmless once it has happened. */
export type Cancel = () => void;

interface Entry {
  atMs: number;
  act: () => void | Promise<void>;
}

/** What happens when, in a time of its own: it passes as fast as things can happen one after another. */
export class Agenda {
  nowMs = Date.UTC(2026, 0, 1);
  /** How many things have happened. */
  ticks = 0;
  private readonly entries: Entry[] = [];

  /** Has something happen after so long; what is due at the same moment happens in the order in which it was asked for. */
  after(ms: number, act: Entry['act']): Cancel {
    const entry = { atMs: this.nowMs + Math.max(0, ms), act };
    const later = this.entries.findIndex(({ atMs }) => atMs > entry.atMs);
    this.entries.splice(later === -1 ? this.entries.length : later, 0, entry);
    return () => {
      const index = this.entries.indexOf(entry);
      if (index !== -1) this.entries.splice(index, 1);
    };
  }

  /** For how long nothing will happen. */
  get quietMs(): number {
    return this.entries.length === 0 ? Infinity : this.entries[0]!.atMs - this.nowMs;
  }

  /** The next thing happens. Time has moved there. */
  async next(): Promise<void> {
    const entry = this.entries.shift()!;
    this.nowMs = entry.atMs;
    this.ticks += 1;
    await entry.act();
  }
}
