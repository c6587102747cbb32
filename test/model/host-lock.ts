import type { Cancel } from './agenda.js';

/** Who has the lock of a stack, or wants it. */
export interface Holder {
  run: string;
  /** Steps of one run and one worker share the lock where each changes another service. */
  service?: string | undefined;
  /** Which worker, counted by deaths. */
  life: number;
}

/** The lock of a stack on its host: whoever gets it has waited for what a dead worker has left at work. */
export class HostLock {
  readonly holders = new Set<Holder>();
  private readonly waiting: { holder: Holder; granted: () => void }[] = [];

  /** Calls back when it is there, at once where it is free. Taking that back is fine before it. */
  acquire(holder: Holder, granted: () => void): Cancel {
    const entry = { holder, granted };
    this.waiting.push(entry);
    this.grant();
    return () => {
      const index = this.waiting.indexOf(entry);
      if (index !== -1) this.waiting.splice(index, 1);
    };
  }

  release(holder: Holder): void {
    this.holders.delete(holder);
    this.grant();
  }

  private grant(): void {
    const next = this.waiting.findIndex(({ holder }) => [...this.holders].every((other) => fit(holder, other)));
    if (next === -1) return;
    const [{ holder, granted }] = this.waiting.splice(next, 1) as [(typeof this.waiting)[number]];
    this.holders.add(holder);
    granted();
    this.grant();
  }
}

function fit(one: Holder, other: Holder): boolean {
  const bothShare = one.service !== undefined && other.service !== undefined && one.service !== other.service;
  return bothShare && one.run === other.run && one.life === other.life;
}
