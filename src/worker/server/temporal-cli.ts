import { access, constants } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/**
 * The Temporal CLI, which carries the development server: on PATH, else where set-up puts it (`bin/temporal` of the
 * cache folder: EVENKEEL_CACHE, else evenkeel in XDG_CACHE_HOME, else ~/.cache/evenkeel). Undefined when it is in neither.
 */
export async function findTemporalCli(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const folder of [...folders, path.join(cacheFolder(env), 'bin')]) {
    const file = path.join(folder, 'temporal');
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** The folder of this machine that set-up keeps what it fetches in. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env['EVENKEEL_CACHE']) return path.resolve(env['EVENKEEL_CACHE']);
  return path.join(env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'), 'evenkeel');
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
