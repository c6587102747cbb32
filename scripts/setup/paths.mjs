/** Where set-up keeps what it fetches and builds, and where the checkout is. */
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout: absolute. */
export const repositoryDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * The one folder of this machine that set-up writes to, shared by all checkouts: EVENKEEL_CACHE, else evenkeel in
 * XDG_CACHE_HOME, else ~/.cache/evenkeel. Absolute; it need not exist yet.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string}
 */
export function cacheDir(environment = process.env) {
  if (environment.EVENKEEL_CACHE) return path.resolve(environment.EVENKEEL_CACHE);
  return path.join(environment.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'evenkeel');
}

/** A file or folder in the cache folder. @param {...string} names @returns {string} */
export function inCache(...names) {
  return path.join(cacheDir(), ...names);
}

/** Where set-up puts the Temporal CLI, and where the product looks for it after PATH. @returns {string} */
export function temporalCliPath() {
  return inCache('bin', 'temporal');
}
