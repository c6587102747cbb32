import { spawn } from 'node:child_process';

/** A command that ended with another exit code than 0. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Exit codes that are fine beside 0. */
  mayEndWith?: number[];
}

/** Runs a command to its end and returns what it wrote to stdout. Throws `CommandFailed` with its last lines. */
export async function run(argv: string[], options: RunOptions = {}): Promise<string> {
  const [program, ...args] = argv as [string, ...string[]];
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let said = '';
  child.stdout.on('data', (part: Buffer) => {
    stdout += part.toString();
    said += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0 || options.mayEndWith?.includes(code ?? -1)) return resolve(stdout);
      const last = said.trimEnd().split('\n').slice(-15).join('\n');
      reject(new CommandFailed(`${argv.join(' ')} ended with ${code}:\n${last}`));
    });
  });
}

/** How long something took, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
