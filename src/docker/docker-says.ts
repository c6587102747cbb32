import { execFile } from 'node:child_process';

const ANSWER_WITHIN_MS = 10_000;

/**
 * What a short, read-only docker command prints, trimmed; undefined when it fails or takes longer than 10 s. The
 * command and its arguments show in the list of processes, so they hold no secret.
 */
export async function dockerSays(args: string[], env: Record<string, string>): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('docker', args, { env, timeout: ANSWER_WITHIN_MS }, (error, stdout) => {
      resolve(error ? undefined : stdout.trim());
    });
  });
}
