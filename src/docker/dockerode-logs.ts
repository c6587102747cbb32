import { lastRunSince } from './docker-instant.js';
import type { EngineConnection } from './dockerode-connection.js';
import { type Engine, EngineRefused } from './engine.js';
import { LastLines } from './last-lines.js';
import { outputFrames } from './output-frames.js';

/** The part of the engine that reads what containers wrote. */
export function logs(engine: EngineConnection, looks: Pick<Engine, 'inspect'>): Pick<Engine, 'lastLines'> {
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
      const since = lastRunSince(container.State);
      if (since === undefined) return [];
      try {
        const found = await linesSince(containerId, since, lines, container.Config.Tty);
        if (found.length > 0 || container.RestartCount === 0) return found;
        // The newest run of a crash loop has only just begun, or a busy machine noted its start late.
        return await linesSince(containerId, '0', lines, container.Config.Tty);
      } catch (error) {
        if (isUnreadable(error)) return [];
        throw error;
      }
    },
  };
}

/** The container went away, or its log driver keeps nothing that could be read (`none`, remote ones). */
function isUnreadable(error: unknown): boolean {
  if (!(error instanceof EngineRefused)) return false;
  return error.statusCode === 404 || /does not support reading/i.test(error.message);
}
