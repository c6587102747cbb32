import type { HostLock } from './host-lock.js';

interface Share {
  holders: number;
  givenUp: AbortController;
  lock: Promise<HostLock>;
}

/**
 * Host locks that several steps of this process hold together. What shares a key gets one open file between them: it is
 * locked for the first, and freed when the last has released it and every child that inherited it has ended.
 */
export class SharedHostLocks {
  private readonly shares = new Map<string, Share>();

  /**
   * Joins those who hold or await the lock under this key, or acquires it. `acquire` gets a signal that aborts when
   * everybody who waited has gone. Throws the caller's own signal's reason when that aborts first.
   */
  async join(key: string, acquire: (signal: AbortSignal) => Promise<HostLock>, signal: AbortSignal): Promise<HostLock> {
    signal.throwIfAborted();
    const share = this.shares.get(key) ?? this.open(key, acquire);
    share.holders += 1;
    const release = (): Promise<void> => this.leave(key, share);
    try {
      const { fd } = await orAborted(share.lock, signal);
      return { fd, release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  private open(key: string, acquire: (signal: AbortSignal) => Promise<HostLock>): Share {
    const givenUp = new AbortController();
    const share = { holders: 0, givenUp, lock: acquire(givenUp.signal) };
    this.shares.set(key, share);
    return share;
  }

  /** Whoever comes after the last has left opens the lock anew. */
  private async leave(key: string, share: Share): Promise<void> {
    share.holders -= 1;
    if (share.holders > 0) return;
    this.shares.delete(key);
    share.givenUp.abort(new Error('nobody waits for the lock any more'));
    const lock = await share.lock.catch(() => undefined);
    await lock?.release();
  }
}

async function orAborted<T>(something: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([something, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
