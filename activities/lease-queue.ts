import { setTimeout as pause } from 'node:timers/promises';

/** How often it is looked whether a lease is free: the next run starts within a second of the end of the one before. */
const LOOK_EVERY_MS = 300;
/** In so many looks who has been told that a lease is free has taken it, or does not want it any more. */
const TAKEN_WITHIN_LOOKS = 3;

interface Waiting {
  tell: () => void;
  fail: (error: unknown) => void;
}

/**
 * Those that wait for leases in this process. Only one can have a lease, so those that wait for the same one are told one after
 * another, in the order in which they came; and one look serves them all, however many they are.
 */
export class LeaseQueue {
  private readonly queues = new Map<string, Set<Waiting>>();

  constructor(
    private readonly isHeld: (leaseId: string) => Promise<boolean>,
    private readonly lookEveryMs = LOOK_EVERY_MS,
  ) {}

  /** Returns once the lease is free, and it is this one's turn. */
  async turn(leaseId: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const known = this.queues.get(leaseId);
    const queue = known ?? new Set<Waiting>();
    await new Promise<void>((tell, fail) => {
      const waiting = { tell, fail };
      queue.add(waiting);
      signal.addEventListener('abort', () => {
        queue.delete(waiting);
        fail(signal.reason as Error);
      });
      if (known) return;
      this.queues.set(leaseId, queue);
      void this.tend(leaseId, queue);
    });
  }

  private async tend(leaseId: string, queue: Set<Waiting>): Promise<void> {
    let toldAtMs: number | undefined;
    try {
      while (queue.size > 0) {
        const isHeld = await this.isHeld(leaseId);
        if (isHeld) toldAtMs = undefined;
        else if (toldAtMs === undefined || performance.now() - toldAtMs > TAKEN_WITHIN_LOOKS * this.lookEveryMs) {
          toldAtMs = performance.now();
          tellFirst(queue);
        }
        if (queue.size > 0) await pause(this.lookEveryMs);
      }
    } catch (error) {
      for (const { fail } of queue) fail(error);
    } finally {
      this.queues.delete(leaseId);
    }
  }
}

function tellFirst(queue: Set<Waiting>): void {
  const [first] = queue;
  if (!first) return;
  queue.delete(first);
  first.tell();
}
