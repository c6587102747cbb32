import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 5;
const ANSWER_WITHIN_MS = 100;

/** A good answer: HTTP 200, with its text. */
interface Answer {
  atMs: number;
  text: string;
}

/** Asks a published port for `path` again and again, every 5 ms, and remembers when it answered well. */
export class PortProbe {
  private readonly answers: Answer[] = [];
  private isOver = false;
  private readonly asking: Promise<void>;

  constructor(
    private readonly port: number,
    private readonly path: string,
  ) {
    this.asking = this.ask();
  }

  /** Waits for a good answer with this text that comes after an instant; returns when it came, ms since the epoch. */
  async answered(text: string, afterMs = 0): Promise<number> {
    for (;;) {
      const found = this.answers.find((answer) => answer.atMs > afterMs && answer.text === text);
      if (found) return found.atMs;
      if (this.isOver) throw new Error(`port ${this.port} did not answer with ${text}`);
      await pause(EVERY_MS);
    }
  }

  /** The longest time between two good answers. */
  longestGapMs(): number {
    const gaps = this.answers.slice(1).map((answer, index) => answer.atMs - this.answers[index]!.atMs);
    return Math.max(...gaps);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.asking;
  }

  private async ask(): Promise<void> {
    while (!this.isOver) {
      const text = await get(this.port, this.path);
      if (text !== undefined) this.answers.push({ atMs: Date.now(), text });
      await pause(EVERY_MS);
    }
  }
}

/** Undefined when it is not a good answer, or none in time. */
async function get(port: number, path: string): Promise<string | undefined> {
  return new Promise((answer) => {
    const request = http.get(
      { host: '127.0.0.1', port, path, agent: false, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) },
      (response) => {
        let text = '';
        response.on('data', (part: Buffer) => (text += part.toString()));
        response.on('end', () => answer(response.statusCode === 200 ? text.trim() : undefined));
        response.on('error', () => answer(undefined));
      },
    );
    request.on('error', () => answer(undefined));
  });
}
