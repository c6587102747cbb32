import { spawn } from 'node:child_process';

/** What a short command wrote, and how it ended. */
export interface CommandEnd {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A signal ended a command: of an abort, of somebody else, or of us when its time was over. */
export class EndedBySignal extends Error {
  constructor(
    message: string,
    readonly isOvertime: boolean,
  ) {
    super(message);
  }
}

/**
 * Runs a command that only looks, gives it `input` on stdin, and reads it. Nothing is lost when it dies; whatever changes something is a
 * child (`run-child.ts`) instead. Throws when the program cannot be started, and `EndedBySignal` when it has not ended in time, or a signal
 * has ended it. With a `signal` it is ended on abort. With `ownGroup` all that it has started is ended with it, the parts of a pipeline too,
 * and nothing because somebody interrupts us at a terminal.
 */
export async function runToEnd(
  argv: string[],
  options: {
    cwd: string;
    env: NodeJS.ProcessEnv;
    timeoutMs?: number;
    input?: string;
    signal?: AbortSignal;
    ownGroup?: true;
  },
): Promise<CommandEnd> {
  const [program, ...args] = argv;
  const child = spawn(program!, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: options.ownGroup === true,
  });
  const endAll = (): void => {
    if (options.ownGroup && child.pid !== undefined) killGroup(child.pid);
    else child.kill('SIGKILL');
  };
  let isOvertime = false;
  const overtime = setTimeout(() => {
    isOvertime = true;
    endAll();
  }, options.timeoutMs ?? 60_000);
  if (options.signal?.aborted) endAll();
  options.signal?.addEventListener('abort', endAll, { once: true });
  // Who kills a shell alone leaves the others, which would keep its output open.
  child.on('exit', (_exitCode, signal) => signal !== null && endAll());
  // A program that does not read closes its end early, which is no error of ours.
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => stdout.push(part));
  child.stderr.on('data', (part: Buffer) => stderr.push(part));
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      clearTimeout(overtime);
      reject(error);
    });
    child.on('close', (exitCode, signal) => {
      clearTimeout(overtime);
      options.signal?.removeEventListener('abort', endAll);
      if (exitCode === null)
        return reject(new EndedBySignal(`${argv.slice(0, 2).join(' ')} was ended by ${signal}`, isOvertime));
      resolve({ exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
