import { setTimeout as pause } from 'node:timers/promises';
import { timeoutSignal } from '../timeout-signal.js';
import type { EngineConnection } from './dockerode-connection.js';
import { type Engine, EngineAway, EngineRefused, type ExecResult } from './engine.js';
import { outputFrames } from './output-frames.js';

const OUTPUT_BYTES = 4096;
/** What `timeout` of coreutils ends with as well. */
const TIMED_OUT = 124;
const CANNOT_RUN = 126;
const NOT_FOUND = 127;
/** What the engine writes in place of the command's output. */
const NEVER_RAN = /^OCI runtime exec failed/;
const EXIT_CODE_POLL_MS = 20;
/** What the engine may take on top of the command itself. */
const OWN_TIME_MS = 5_000;

/** The part of the engine that runs commands inside containers. */
export function execs(engine: EngineConnection): Pick<Engine, 'exec'> {
  return {
    async exec(containerId, command, { timeoutMs, signal, user, env }) {
      const startedAt = performance.now();
      const timeout = timeoutSignal(timeoutMs);
      const output = new LastBytes(OUTPUT_BYTES);
      const result = (exitCode: number, timedOut = false): ExecResult => {
        return { exitCode, timedOut, output: output.text(), durationMs: performance.now() - startedAt };
      };
      const waiting = {
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        deadlineMs: timeoutMs + OWN_TIME_MS,
      };
      try {
        const body = {
          ...{ Cmd: command, AttachStdout: true, AttachStderr: true },
          ...(user === undefined ? {} : { User: user }),
          ...(env === undefined ? {} : { Env: Object.entries(env).map(([name, value]) => `${name}=${value}`) }),
        };
        const path = `/containers/${containerId}/exec`;
        const { Id } = await engine.ask<{ Id: string }>({ method: 'POST', path, body, ...waiting });
        const start = {
          method: 'POST',
          path: `/exec/${Id}/start`,
          body: { Detach: false, Tty: false },
          ...waiting,
        } as const;
        await engine.read(start, async (reply) => {
          for await (const { bytes } of outputFrames(reply, false)) output.add(bytes);
        });
        const exitCode = await exitCodeOf(engine, Id, waiting);
        return result(NEVER_RAN.test(output.text()) ? codeOfRefusal(output.text()) : exitCode);
      } catch (error) {
        signal?.throwIfAborted();
        if (timeout.aborted) return result(TIMED_OUT, true);
        if (!(error instanceof EngineRefused)) throw error;
        output.add(Buffer.from(error.message));
        return result(codeOfRefusal(error.message));
      }
    },
  };
}

/** The end of the output may be here a moment before the engine has noted the end of the command. */
async function exitCodeOf(engine: EngineConnection, execId: string, waiting: { signal: AbortSignal }): Promise<number> {
  const giveUpAt = performance.now() + OWN_TIME_MS;
  while (performance.now() < giveUpAt) {
    const exec = await engine.ask<{ Running: boolean; ExitCode: number | null }>({
      method: 'GET',
      path: `/exec/${execId}/json`,
      ...waiting,
    });
    if (!exec.Running && exec.ExitCode !== null) return exec.ExitCode;
    await pause(EXIT_CODE_POLL_MS, undefined, { signal: waiting.signal });
  }
  throw new EngineAway('Docker does not tell how a command in a container ended, although its output has ended.');
}

/** Engines differ: a program that is not there is a refusal, or output and an exit code, and that is 126 or 127. */
function codeOfRefusal(text: string): number {
  if (/executable file not found|no such file or directory/i.test(text)) return NOT_FOUND;
  return NEVER_RAN.test(text) || /permission denied/i.test(text) ? CANNOT_RUN : 1;
}

/** The end of a stream, in bounded memory. */
class LastBytes {
  private kept: Buffer = Buffer.alloc(0);

  constructor(private readonly most: number) {}

  add(bytes: Buffer): void {
    this.kept = Buffer.concat([this.kept, bytes]).subarray(-this.most);
  }

  text(): string {
    return this.kept.toString('utf8');
  }
}
