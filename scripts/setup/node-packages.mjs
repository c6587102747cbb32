/** The Node packages that package-lock.json names, in node_modules. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readIfThere, writeWhole } from './files.mjs';
import { repositoryDir } from './paths.mjs';
import { must } from './run.mjs';
import { doing, present } from './say.mjs';

const installMs = 15 * 60_000;

/** Afterwards node_modules is what package-lock.json says. */
export async function ensureNodePackages() {
  const lockText = readFileSync(path.join(repositoryDir, 'package-lock.json'), 'utf8');
  const lockHash = createHash('sha256').update(lockText).digest('hex');
  const stampFile = path.join(repositoryDir, 'node_modules', '.evenkeel-lock-hash');
  if (readIfThere(stampFile) === lockHash) return present('node packages', 'present');

  const installedText = readIfThere(path.join(repositoryDir, 'node_modules', '.package-lock.json'));
  const installed = installedText && isInstalled(JSON.parse(lockText), JSON.parse(installedText));
  if (!installed) {
    doing('installing the node packages of package-lock.json (npm ci)');
    await must('npm', ['ci', '--no-audit', '--no-fund'], { cwd: repositoryDir, timeoutMs: installMs });
  }
  writeWhole(stampFile, lockHash);
  present('node packages', installed ? 'present' : 'installed');
}

/**
 * Whether npm's record of node_modules holds the packages of the lock file, no other versions and no others besides.
 * Optional packages may be missing: most of them are for other platforms.
 *
 * @typedef {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean }> }} LockFile
 * @param {LockFile} wanted package-lock.json
 * @param {LockFile} installed node_modules/.package-lock.json
 * @returns {boolean}
 */
export function isInstalled(wanted, installed) {
  const same = Object.entries(wanted.packages).every(([place, entry]) => {
    if (place === '') return true;
    const found = installed.packages[place];
    if (!found) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
  return same && Object.keys(installed.packages).every((place) => place in wanted.packages);
}
