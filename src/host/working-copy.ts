import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PATIENCE_MS = 10_000;

/**
 * The commit that a folder's working copy is at, and whether anything in that copy differs from it: changed, or new and not
 * ignored. Undefined where the folder is in none, where it has no commit yet, or where there is no git. Nothing of the repository is run or
 * written, whoever owns it.
 */
export async function workingCopyOf(
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ revision: string; dirty: boolean } | undefined> {
  const git = async (...args: string[]): Promise<string> => {
    const careful = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
    const { stdout } = await run('git', [...careful, '-C', folder, ...args], {
      env: { PATH: env['PATH'], HOME: env['HOME'], LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
      timeout: PATIENCE_MS,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout.trim();
  };
  try {
    const revision = await git('rev-parse', '--verify', '--quiet', 'HEAD');
    return { revision, dirty: (await git('status', '--porcelain')) !== '' };
  } catch {
    // No release fails for want of a note: git is not there, or says that nothing of its is here.
    return undefined;
  }
}
