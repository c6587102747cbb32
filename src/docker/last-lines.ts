import type { Frame } from './output-frames.js';

const LONGEST_LINE_BYTES = 4096;

/**
 * Keeps the last lines of two streams in the order in which they ended, in bounded memory. Lines are cut at 4 KiB, and
 * decoded only when they are whole, so that a character split between two frames stays one.
 */
export class LastLines {
  private readonly lines: string[] = [];
  private readonly open = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  private readonly openBytes = { stdout: 0, stderr: 0 };

  constructor(private readonly most: number) {}

  add({ stream, bytes }: Frame): void {
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      this.extend(stream, bytes.subarray(from, end));
      this.endLine(stream);
      from = end + 1;
    }
    this.extend(stream, bytes.subarray(from));
  }

  /** The lines, those without an end included. */
  finish(): string[] {
    for (const stream of ['stdout', 'stderr'] as const) if (this.openBytes[stream] > 0) this.endLine(stream);
    return this.lines;
  }

  private extend(stream: Frame['stream'], bytes: Buffer): void {
    const room = LONGEST_LINE_BYTES - this.openBytes[stream];
    if (room <= 0 || bytes.length === 0) return;
    // A copy: a part of a chunk would keep the whole of it in memory.
    this.open[stream].push(Buffer.from(bytes.subarray(0, room)));
    this.openBytes[stream] += Math.min(room, bytes.length);
  }

  private endLine(stream: Frame['stream']): void {
    this.lines.push(Buffer.concat(this.open[stream]).toString('utf8').replace(/\r$/, ''));
    if (this.lines.length > this.most) this.lines.shift();
    this.open[stream] = [];
    this.openBytes[stream] = 0;
  }
}
