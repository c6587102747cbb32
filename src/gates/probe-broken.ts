/** What shells and engines say when the program of a healthcheck is not there. */
const NOT_THERE =
  /executable file not found|(?:^|\/)(?:ba|da|a|z|k)?sh: .*\bnot found\s*$|no such file or directory: unknown/im;
const CANNOT_RUN = new Set([-1, 126, 127]);

/** Whether Docker gave up waiting for a probe to begin: the machine is too busy, which says nothing of the service. */
export function neverBegan({ exitCode, output }: { exitCode: number; output: string }): boolean {
  return exitCode === -1 && /timed out starting health check/i.test(output);
}

/**
 * Whether a healthcheck's command could not be run, which says nothing of the service. Docker notes -1 where the command
 * did not start; a shell that goes on (`curl … || exit 1`) tells only in its words.
 */
export function isBroken({ exitCode, output }: { exitCode: number; output: string }): boolean {
  if (exitCode === 0) return false;
  // -1 is also how Docker notes a probe that ran out of time, or did not begin in time.
  if (exitCode === -1) return !/exceeded timeout/i.test(output) && !neverBegan({ exitCode, output });
  return CANNOT_RUN.has(exitCode) || NOT_THERE.test(output);
}
