import type { Frame } from './output-frames.js';

/** What is kept of a line. */
export const LONGEST_LINE_BYTES = 4096;

const NEWLINE = 10;
const RETURN = 13;

/**
 * Cuts two streams into lines, in the order in which the lines ended, in bounded memory. Lines are decoded only when they
 * are whole, so that a character split between two frames stays one.
 */
export class LineCutter {
  private readonly open = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  private readonly openBytes = { stdout: 0, stderr: 0 };

  /** Adds the lines that end in a frame to `lines`. */
  cut({ stream, bytes }: Frame, lines: string[]): void {
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      if (this.openBytes[stream] === 0) lines.push(textOf(bytes, from, end));
      else {
        this.extend(stream, bytes, from, end);
        lines.push(this.close(stream));
      }
      from = end + 1;
    }
    this.extend(stream, bytes, from, bytes.length);
  }

  /** The lines without an end. */
  rest(): string[] {
    return (['stdout', 'stderr'] as const).filter((stream) => this.openBytes[stream] > 0).map((s) => this.close(s));
  }

  private extend(stream: Frame['stream'], bytes: Buffer, from: number, end: number): void {
    const length = Math.min(end - from, LONGEST_LINE_BYTES - this.openBytes[stream]);
    if (length <= 0) return;
    // A copy: a part of a chunk would keep the whole of it in memory.
    this.open[stream].push(Buffer.from(bytes.subarray(from, from + length)));
    this.openBytes[stream] += length;
  }

  private close(stream: Frame['stream']): string {
    const whole = Buffer.concat(this.open[stream]);
    this.open[stream] = [];
    this.openBytes[stream] = 0;
    return textOf(whole, 0, whole.length);
  }
}

function textOf(bytes: Buffer, from: number, end: number): string {
  const withoutReturn = end > from && bytes[end - 1] === RETURN ? end - 1 : end;
  return bytes.toString('utf8', from, Math.min(withoutReturn, from + LONGEST_LINE_BYTES));
}
