import { LineCutter } from './line-cutter.js';
import type { Frame } from './output-frames.js';

/** Keeps the last lines of two streams in the order in which they ended, in bounded memory. Lines are cut at 4 KiB. */
export class LastLines {
  private lines: string[] = [];
  private readonly cutter = new LineCutter();

  constructor(private readonly most: number) {}

  add(frame: Frame): void {
    this.cutter.cut(frame, this.lines);
    if (this.lines.length > 2 * this.most) this.lines = this.lines.slice(-this.most);
  }

  /** The lines, those without an end included. */
  finish(): string[] {
    return [...this.lines, ...this.cutter.rest()].slice(-this.most);
  }
}
