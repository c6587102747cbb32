/** One set-up at a time on this machine: a file that only one process can make, with its maker's identity in it. */
import { linkSync, mkdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { readIfThere } from './files.mjs';
import { cacheDir, inCache } from './paths.mjs';
import { identityOf, stillLives } from './process-identity.mjs';
import { doing } from './say.mjs';

const guardTakesAtMostMs = 10_000;

/**
 * Runs the work while no other set-up runs. Waits for one that lives, however long it takes; takes the lock of a dead
 * one over.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSetupLock(work) {
  mkdirSync(cacheDir(), { recursive: true });
  const lock = inCache('setup.lock');
  const identity = JSON.stringify(await identityOf(process.pid));
  let told = false;
  while (!take(lock, identity)) {
    await removeIfAbandoned(lock);
    if (!told && readIfThere(lock)) {
      doing(`waiting for another set-up on this machine (${lock})`);
      told = true;
    }
    await pause(100);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @param {string} lock @param {string} identity @returns {boolean} whether it is ours now */
function take(lock, identity) {
  const named = `${lock}.${process.pid}`;
  writeFileSync(named, identity);
  return ifNotThere(
    () => linkSync(named, lock),
    () => rmSync(named),
  );
}

/**
 * Of several that find the owner dead, only the one with the guard looks again and removes the lock: a slow one would
 * else remove the lock that a quick one has taken meanwhile.
 *
 * @param {string} lock
 */
async function removeIfAbandoned(lock) {
  const guard = `${lock}.takeover`;
  if (!ifNotThere(() => mkdirSync(guard))) {
    const made = statSync(guard, { throwIfNoEntry: false });
    if (made && Date.now() - made.mtimeMs > guardTakesAtMostMs) rmdirSync(guard);
    return;
  }
  try {
    const owner = readIfThere(lock);
    if (owner && !(await stillLives(JSON.parse(owner)))) rmSync(lock, { force: true });
  } finally {
    rmdirSync(guard);
  }
}

/** @param {() => void} make @param {() => void} [afterwards] @returns {boolean} false where it is there already */
function ifNotThere(make, afterwards) {
  try {
    make();
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    afterwards?.();
  }
}
