import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { DeployResult } from '../../src/spec/deploy-result.js';
import { readJson } from '../../src/store/private-file.js';
import type { Place } from './place.js';
import { type RunFolder, runFolders } from './run-folders.js';
import { evenkeel } from './server-process.js';

/** How `evenkeel deploy` ended. */
export interface Deployed {
  exitCode: number;
  run: RunFolder;
  /** As the run itself left it in its folder. */
  result: DeployResult;
}

/** Types `evenkeel deploy …` in the shop's folder, on our own screen. Throws when the run leaves no result. */
export async function deploy(
  { env, shopFolder, layout }: Place,
  flags: string[],
  signal: AbortSignal,
): Promise<Deployed> {
  const before = new Set((await runFolders(layout)).map(({ folder }) => folder));
  const command = spawn(process.execPath, [evenkeel(), 'deploy', ...flags], {
    env,
    cwd: shopFolder,
    // In a session of its own: on Ctrl-C it is for us to end it, and it need not explain how the run can be followed.
    detached: true,
    stdio: ['ignore', process.stdout.fd, process.stdout.fd],
  });
  const kill = (): void => void command.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  const [exitCode] = (await once(command, 'exit')) as [number | null];
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();

  const run = (await runFolders(layout)).find(({ folder }) => !before.has(folder));
  const result = run && (await readJson<DeployResult>(path.join(run.folder, 'result.json')));
  if (!run || !result) throw new Error(`evenkeel deploy ended with ${exitCode}, and the run left no result`);
  return { exitCode: exitCode ?? 1, run, result };
}
