/** Installs packages with apt, and keeps the record of what that changed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseSources } from './debian-source.mjs';
import { recordPackages } from './manifest.mjs';
import { isRoot, must, onPath, run } from './run.mjs';
import { CannotSetUp, doing } from './say.mjs';

const updateMs = 5 * 60_000;
const installMs = 30 * 60_000;

/** Another apt at work is waited for: a machine that has just started often has one. */
const othersTakeAtMostMs = 5 * 60_000;
const waitForOthers = ['-o', `DPkg::Lock::Timeout=${othersTakeAtMostMs / 1000}`];

/** Begins the names of all apt files that set-up writes. */
export const ourFilePrefix = 'evenkeel-';

/** @returns {boolean} whether this is a machine with apt, and we may install packages on it */
export function mayInstall() {
  return isRoot() && onPath('apt-get') !== undefined;
}

/** @returns {ReturnType<typeof parseSources>} the machine's own apt sources: those that set-up added are left out */
export function machineSources() {
  const folder = '/etc/apt/sources.list.d';
  const inFolder = existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => path.join(folder, name))
    : [];
  return parseSources(
    ['/etc/apt/sources.list', ...inFolder]
      .filter((file) => existsSync(file) && !path.basename(file).startsWith(ourFilePrefix))
      .map((name) => ({ name, text: readFileSync(name, 'utf8') })),
  );
}

/** The end of our own last apt, since several steps of set-up may want one at the same time. */
let lastApt = Promise.resolve();

/**
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what the work gives, once no other apt of ours is at work
 */
function oneAtATime(work) {
  const result = lastApt.then(work);
  lastApt = result.then(
    () => undefined,
    () => undefined,
  );
  return result;
}

/** Afterwards apt knows what its sources offer now. */
export function refreshPackageLists() {
  return oneAtATime(async () => {
    const deadline = Date.now() + othersTakeAtMostMs;
    for (let told = false; ; told = true) {
      try {
        // Its own words, because they are read below.
        const env = { LC_ALL: 'C' };
        return void (await must('apt-get', ['update', '-q', ...waitForOthers], { env, timeoutMs: updateMs }));
      } catch (error) {
        // apt waits by itself for the lock of the packages, not for that of the lists.
        const isLocked = error instanceof CannotSetUp && /Could not get lock/.test(error.message);
        if (!isLocked || Date.now() > deadline) throw error;
        if (!told) doing('waiting for another apt on this machine');
        await pause(300);
      }
    }
  });
}

/** @param {string} name @returns {Promise<boolean>} whether a source offers the package */
export async function isOffered(name) {
  const { stdout } = await run('apt-cache', ['show', '--no-all-versions', name]);
  return stdout.startsWith('Package: ');
}

/** @param {string} name @returns {Promise<boolean>} */
export async function isPackageInstalled(name) {
  const { stdout } = await run('dpkg-query', ['-W', '-f=${db:Status-Status}', name]);
  return stdout === 'installed';
}

/**
 * Installs packages, keeps configuration files as they are, and records every package that changed.
 *
 * @param {string[]} names
 * @param {{ release?: string }} [from] the suite to prefer, for these packages and for what they need
 */
export function install(names, { release } = {}) {
  return oneAtATime(() => installNow(names, release));
}

/** @param {string[]} names @param {string | undefined} release */
async function installNow(names, release) {
  const before = await installedVersions();
  const target = release ? ['-t', release] : [];
  try {
    await must(
      'apt-get',
      // A configuration file that its owner changed stays; nothing may ask.
      [
        'install',
        '-y',
        '-q',
        '--no-install-recommends',
        ...waitForOthers,
        '-o',
        'Dpkg::Options::=--force-confold',
        ...target,
        ...names,
      ],
      { env: { DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: installMs },
    );
  } finally {
    const after = await installedVersions();
    recordPackages(
      [...after]
        .filter(([name, to]) => before.get(name) !== to)
        .map(([name, to]) => ({ name, ...(before.has(name) ? { from: before.get(name) } : {}), to })),
    );
  }
}

/** @returns {Promise<Map<string, string>>} */
async function installedVersions() {
  const text = await must('dpkg-query', ['-W', '-f=${db:Status-Status} ${binary:Package} ${Version}\\n']);
  return new Map(
    text
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([status]) => status === 'installed')
      .map(([, name, version]) => [name, version]),
  );
}
