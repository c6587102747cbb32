import { spawn } from 'node:child_process';

/** What a short command wrote, and how it ended. */
export interface CommandEnd {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command that only looks, gives it `input` on stdin, and reads it. Nothing is lost when it dies with us; whatever changes something is a
 * child (`run-child.ts`) instead. Throws when the program cannot be started, or has not ended in time. With a `signal` it is ended on
 * abort, and all that it has started with it.
 */
export async function runToEnd(
  argv: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; timeoutMs?: number; input?: string; signal?: AbortSignal },
): Promise<CommandEnd> {
  const [program, ...args] = argv;
  const child = spawn(program!, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? 60_000,
    killSignal: 'SIGKILL',
    // A group of its own, so that the parts of a pipeline end as well.
    detached: options.signal !== undefined,
  });
  const endAll = (): void => {
    if (child.pid !== undefined) killGroup(child.pid);
  };
  if (options.signal?.aborted) endAll();
  options.signal?.addEventListener('abort', endAll, { once: true });
  // Its time-out ends the shell alone, and the others would keep its output open.
  if (options.signal) child.on('exit', (_exitCode, signal) => signal !== null && killGroup(child.pid!));
  // A program that does not read closes its end early, which is no error of ours.
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => stdout.push(part));
  child.stderr.on('data', (part: Buffer) => stderr.push(part));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      options.signal?.removeEventListener('abort', endAll);
      if (exitCode === null) return reject(new Error(`${argv.slice(0, 2).join(' ')} was ended by ${signal}`));
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
