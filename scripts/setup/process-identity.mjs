/** Which process a pid is: pids are used again, a pid with its start time is not. */
import { readIfThere } from './files.mjs';
import { run } from './run.mjs';

/**
 * @typedef {object} ProcessIdentity
 * @property {number} pid
 * @property {string} started opaque; equal as long as it is the same process since the same boot
 */

/**
 * @param {number} pid
 * @returns {Promise<ProcessIdentity | undefined>} undefined where no such process lives
 */
export async function identityOf(pid) {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : await startedByPs(pid);
  return started ? { pid, started } : undefined;
}

/** @param {ProcessIdentity} identity @returns {Promise<boolean>} */
export async function stillLives(identity) {
  return (await identityOf(identity.pid))?.started === identity.started;
}

/** @param {number} pid */
function startedOnLinux(pid) {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses, and may itself hold blanks and parentheses.
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [afterName[0], afterName[19]];
  if (state === 'Z') return undefined;
  return `${startTicks}@${readIfThere('/proc/sys/kernel/random/boot_id')?.trim()}`;
}

/** @param {number} pid */
async function startedByPs(pid) {
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return stdout.trim();
}
