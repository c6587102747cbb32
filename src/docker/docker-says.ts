import os from 'node:os';
import { runToEnd } from './run-to-end.js';

const ANSWER_WITHIN_MS = 10_000;

/**
 * What a short, read-only docker command prints, trimmed; undefined when it fails or takes longer than 10 s. The
 * command and its arguments show in the list of processes, so they hold no secret.
 */
export async function dockerSays(args: string[], env: Record<string, string>): Promise<string | undefined> {
  const options = { cwd: os.tmpdir(), env, timeoutMs: ANSWER_WITHIN_MS };
  const end = await runToEnd(['docker', ...args], options).catch(() => undefined);
  return end?.exitCode === 0 ? end.stdout.trim() : undefined;
}
