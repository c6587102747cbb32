import { readdir, readFile, readlink } from 'node:fs/promises';

const LOOK_EVERY_MS = 20;

/**
 * Notes the command lines of this machine's processes for as long as it runs. What runs inside of containers is left
 * out: that is the user's own.
 */
export class ArgvWatch {
  private readonly seen = new Set<string>();
  private readonly stopping = new AbortController();
  private readonly watching = this.watch();

  /** Every command line that was seen, arguments separated by blanks. */
  async stop(): Promise<string[]> {
    this.stopping.abort();
    await this.watching;
    return [...this.seen];
  }

  private async watch(): Promise<void> {
    const own = await readlink('/proc/self/ns/pid');
    while (!this.stopping.signal.aborted) {
      const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      await Promise.all(pids.map((pid) => this.note(pid, own)));
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** A process may end at any moment of this. */
  private async note(pid: string, own: string): Promise<void> {
    try {
      const argv = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      if ((await readlink(`/proc/${pid}/ns/pid`)) === own) this.seen.add(argv.replaceAll('\0', ' '));
    } catch {
      // It has ended.
    }
  }
}
