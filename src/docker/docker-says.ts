import os from 'node:os';
import { runToEnd } from './run-to-end.js';

const ANSWER_WITHIN_MS = 10_000;

/** What a short, read-only docker command prints: `programSays` of docker. */
export async function dockerSays(args: string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return programSays(['docker', ...args], env);
}

/**
 * What a short, read-only command prints, trimmed; undefined when it fails, prints nothing, or takes longer than 10 s.
 * The command and its arguments show in the list of processes, so they hold no secret.
 */
export async function programSays(argv: string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const end = await runToEnd(argv, { cwd: os.tmpdir(), env, timeoutMs: ANSWER_WITHIN_MS }).catch(() => undefined);
  return end?.exitCode === 0 ? end.stdout.trim() || undefined : undefined;
}
