import { appendFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Sample } from '../src/gates/verdict.js';
import { privateFolder } from '../src/store/layout.js';

/** Where a flapping service writes no further samples. */
const MOST_BYTES = 1024 * 1024;

/**
 * The evidence of a gate: its samples as JSON lines, where they differ from the one before. A disk that is full, or fails, ends
 * the evidence; it says nothing of the service.
 */
export class SampleLog {
  private readonly last = new Map<string, string>();

  private constructor(
    private readonly file: string,
    private bytes: number,
  ) {}

  /** Goes on with the file where there is one. */
  static async open(file: string): Promise<SampleLog> {
    const size = await stat(file).then(
      (stats) => stats.size,
      () => 0,
    );
    return new SampleLog(file, size);
  }

  async add(samples: Sample[]): Promise<void> {
    const news = samples.filter((sample) => this.isNews(sample));
    if (news.length === 0 || this.bytes > MOST_BYTES) return;
    const lines = news.map((sample) => `${JSON.stringify(sample)}\n`).join('');
    try {
      await privateFolder(path.dirname(this.file));
      await appendFile(this.file, lines, { mode: 0o600 });
      this.bytes += Buffer.byteLength(lines);
    } catch (error) {
      this.bytes = Infinity;
      console.error(
        `a gate goes on without writing its samples: ${error instanceof Error ? error.message : 'unknown'}`,
      );
    }
  }

  private isNews(sample: Sample): boolean {
    const { atMs: _atMs, ...seen } = sample;
    const text = JSON.stringify(seen);
    const isNews = this.last.get(sample.id) !== text;
    this.last.set(sample.id, text);
    return isNews;
  }
}
