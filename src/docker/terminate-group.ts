import { setTimeout as pause } from 'node:timers/promises';
import { hasMembers } from './child-process-identity.js';

const POLL_MS = 50;

/**
 * Ends a process group: TERM to every member, and KILL to those that are left after `killAfterMs`. Returns once no member
 * is at work, or once KILL has been sent; `killed` says which. A group that is gone already is fine.
 */
export async function terminateGroup(group: number, killAfterMs = 10_000): Promise<{ killed: boolean }> {
  const killAt = performance.now() + killAfterMs;
  if (!signalGroup(group, 'SIGTERM')) return { killed: false };
  while (performance.now() < killAt) {
    await pause(POLL_MS);
    if (!(await hasMembers(group))) return { killed: false };
  }
  return { killed: signalGroup(group, 'SIGKILL') };
}

/** False when the group has no member left. */
function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
