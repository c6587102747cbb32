import { lastRunSince, secondsOf } from './docker-instant.js';
import type { EngineConnection } from './dockerode-connection.js';
import { type Engine, EngineAway, EngineRefused, LogUnreadable, type LogWindow } from './engine.js';
import { LastLines } from './last-lines.js';
import { LineCutter } from './line-cutter.js';
import { frameBatches, outputFrames } from './output-frames.js';

/** A log may take long to read; what counts is that it goes on. */
const WHOLE_LOG_MS = 60 * 60_000;
const SILENCE_MS = 30_000;

/** The part of the engine that reads what containers wrote. */
export function logs(engine: EngineConnection, looks: Pick<Engine, 'inspect'>): Pick<Engine, 'lastLines' | 'readLog'> {
  async function linesSince(containerId: string, since: string, lines: number, tty: boolean): Promise<string[]> {
    const query = { stdout: true, stderr: true, since, tail: lines };
    return engine.read({ method: 'GET', path: `/containers/${containerId}/logs`, query }, async (reply) => {
      const last = new LastLines(lines);
      for await (const frame of outputFrames(reply, tty)) last.add(frame);
      return last.finish();
    });
  }

  return {
    async lastLines(containerId, lines) {
      const container = await looks.inspect(containerId);
      if (!container || lines <= 0) return [];
      const since = lastRunSince(container);
      if (since === undefined) return [];
      try {
        const found = await linesSince(containerId, since, lines, container.Config.Tty);
        if (found.length > 0 || container.RestartCount === 0) return found;
        // The newest run of a crash loop has only just begun.
        return await linesSince(containerId, '0', lines, container.Config.Tty);
      } catch (error) {
        if (isUnreadable(error)) return [];
        throw error;
      }
    },

    async readLog(containerId, window, consume) {
      const container = await looks.inspect(containerId);
      if (!container) throw new EngineRefused(404, `the container ${containerId.slice(0, 12)} is gone`);
      const since = lastRunSince(container);
      if (since === undefined) return consume(NO_LINES);
      const query = {
        ...{ stdout: true, stderr: true, since, until: untilOf(window, container.State.StartedAt) },
        ...(window.last === undefined ? {} : { tail: window.last }),
      };
      const silence = new Silence(window.signal);
      const path = `/containers/${containerId}/logs`;
      try {
        return await engine.read(
          { method: 'GET', path, query, deadlineMs: WHOLE_LOG_MS, signal: silence.signal },
          (reply) => consume(lineBatches(silence.watched(reply), container.Config.Tty)),
        );
      } catch (error) {
        if (isGone(error) || !isUnreadable(error)) throw error;
        throw new LogUnreadable(
          `its log cannot be read: log driver ${container.HostConfig.LogConfig?.Type ?? 'unknown'}`,
        );
      } finally {
        silence.end();
      }
    },
  };
}

const NO_LINES: AsyncIterable<string[]> = (async function* () {})();

async function* lineBatches(reply: AsyncIterable<Buffer>, tty: boolean): AsyncGenerator<string[]> {
  const cutter = new LineCutter();
  for await (const frames of frameBatches(reply, tty)) {
    const lines: string[] = [];
    for (const frame of frames) cutter.cut(frame, lines);
    if (lines.length > 0) yield lines;
  }
  yield cutter.rest();
}

/** A container that writes faster than it can be read would never be read to its end. */
function untilOf({ firstMs }: LogWindow, startedAt: string): string {
  const nowMs = Date.now();
  return secondsOf(firstMs === undefined ? nowMs : Math.min(nowMs, Date.parse(startedAt) + firstMs));
}

/** Gives up when the engine has sent nothing for long while it was asked. */
class Silence {
  private readonly given = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private isAsked = true;
  readonly signal: AbortSignal;

  constructor(signal?: AbortSignal) {
    this.signal = AbortSignal.any([this.given.signal, ...(signal ? [signal] : [])]);
    this.timer = setTimeout(() => this.over(), SILENCE_MS);
  }

  async *watched(reply: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of reply) {
      this.isAsked = false;
      yield chunk;
      this.isAsked = true;
      this.timer.refresh();
    }
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private over(): void {
    // Whoever reads takes their time.
    if (!this.isAsked) return;
    this.given.abort(new EngineAway(`Docker sent nothing of a log for ${SILENCE_MS / 1000} s.`));
  }
}

function isGone(error: unknown): boolean {
  return error instanceof EngineRefused && error.statusCode === 404;
}

/** The container went away, or its log driver keeps nothing that could be read (`none`, remote ones). */
function isUnreadable(error: unknown): boolean {
  return isGone(error) || (error instanceof EngineRefused && /does not support reading/i.test(error.message));
}
