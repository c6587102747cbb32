import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { timeoutSignal } from '../../src/timeout-signal.js';
import { median } from './measurement.js';

const EVERY_MS = 5;
const ANSWER_WITHIN_MS = 100;

/** A good answer: HTTP 200, with its text. */
interface Answer {
  atMs: number;
  text: string;
  /** Whether somebody asked in vain since the good answer before it. */
  afterVain: boolean;
}

/** Asks a published port for `path` again and again, every 5 ms, and remembers when it answered well. */
export class PortProbe {
  private readonly answers: Answer[] = [];
  private isOver = false;
  private readonly asking: Promise<void>;

  constructor(
    private readonly port: number,
    private readonly path: string,
    private readonly withinMs = ANSWER_WITHIN_MS,
  ) {
    this.asking = this.ask();
  }

  /** Waits for a good answer, where a text is given with this one, that comes after an instant; returns when it came, ms since the epoch. */
  async answered(text?: string, afterMs = 0): Promise<number> {
    for (;;) {
      const found = this.answers.find((answer) => answer.atMs > afterMs && answer.text === (text ?? answer.text));
      if (found) return found.atMs;
      if (this.isOver) throw new Error(`port ${this.port} did not answer${text === undefined ? '' : ` with ${text}`}`);
      await pause(EVERY_MS);
    }
  }

  /** The longest time between two good answers. */
  longestGapMs(): number {
    return Math.max(...this.gapsMs());
  }

  /** The longest time between two good answers in which somebody asked in vain, less what is usual between two; 0 where nobody did. */
  outageMs(): number {
    const gaps = this.gapsMs();
    const usual = median(gaps);
    const outages = gaps.filter((_, index) => this.answers[index + 1]!.afterVain);
    return Math.max(0, ...outages.map((gap) => gap - usual));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.asking;
  }

  private gapsMs(): number[] {
    return this.answers.slice(1).map((answer, index) => answer.atMs - this.answers[index]!.atMs);
  }

  private async ask(): Promise<void> {
    let afterVain = false;
    while (!this.isOver) {
      const text = await get(this.port, this.path, this.withinMs);
      if (text !== undefined) this.answers.push({ atMs: Date.now(), text, afterVain });
      afterVain = text === undefined;
      await pause(EVERY_MS);
    }
  }
}

/** Undefined when it is not a good answer, or none in time. */
async function get(port: number, path: string, withinMs: number): Promise<string | undefined> {
  return new Promise((answer) => {
    const request = http.get(
      { host: '127.0.0.1', port, path, agent: false, signal: timeoutSignal(withinMs) },
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
