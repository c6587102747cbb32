import * as disk from 'node:fs/promises';
import path from 'node:path';

/** What is changed on a disk, one call after the other, until whoever changes it is killed. */
export class DyingDisk {
  private left = Infinity;
  private isHalf = false;

  /** In the place of `node:fs/promises`. */
  readonly module = {
    ...disk,
    mkdir: this.dying(disk.mkdir),
    open: this.dying(disk.open),
    rename: this.dying(disk.rename),
    symlink: this.dying(disk.symlink),
    rm: this.dying(disk.rm),
  };

  /**
   * Kills `act` before its first change, then before its second one, and so on, until it lives to its end; where it removes a
   * folder, in the middle of that too. Each time it begins with what `prepare` made, and `after` is told when that was.
   */
  async killAtEachPoint<T>(
    prepare: () => Promise<T>,
    act: (prepared: T) => Promise<unknown>,
    after: (prepared: T, when: string) => Promise<void>,
  ): Promise<void> {
    for (let point = 0, hasEnded = false; !hasEnded; point += 1) {
      for (const isHalf of [false, true]) {
        const prepared = await prepare();
        [this.left, this.isHalf] = [point, isHalf];
        await act(prepared).catch(() => undefined);
        hasEnded = this.left > 0;
        this.left = Infinity;
        await after(prepared, `killed ${isHalf ? 'in' : 'before'} change ${point + 1}`);
      }
    }
  }

  private dying<A extends unknown[], R>(change: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
    return async (...args) => {
      if (this.left === 0 && this.isHalf) await this.halfDone(change, args[0]);
      if (this.left <= 0) throw new Error('killed');
      this.left -= 1;
      return change(...args);
    };
  }

  private async halfDone(change: unknown, place: unknown): Promise<void> {
    this.isHalf = false;
    if (change !== disk.rm || !(await disk.lstat(place as string).catch(() => undefined))?.isDirectory()) return;
    const [first] = (await disk.readdir(place as string)).sort().reverse();
    if (first !== undefined) await disk.rm(path.join(place as string, first), { recursive: true });
  }
}
