import { type ChildProcess, spawn } from 'node:child_process';

/** Waits for the end of its input, which is the end of whoever holds the other side, however it ends; then kills. */
export const WATCHDOG_SCRIPT = 'read -r _; kill -KILL "$1" 2>/dev/null';

/**
 * Sees to it that a process does not outlive us: a shell holds one end of a pipe and we the other, and when ours closes,
 * be it by SIGKILL, it kills the process. The returned function calls it off; do that once the process has ended.
 */
export function endWithUs(pid: number): () => void {
  const watchdog: ChildProcess = spawn('/bin/sh', ['-c', WATCHDOG_SCRIPT, 'evenkeel-watchdog', String(pid)], {
    // Out of the terminal's reach: Ctrl-C is for us alone.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  return () => {
    watchdog.kill('SIGKILL');
  };
}
