/** The record of what set-up put on this machine outside the cache folder: what --list shows and --remove takes back. */
import { readIfThere, writeWhole } from './files.mjs';
import { inCache } from './paths.mjs';

/**
 * @typedef {object} PackageChange
 * @property {string} name
 * @property {string} [from] the version before; absent where the package was not installed
 * @property {string} to
 *
 * @typedef {object} StartedDaemon
 * @property {number} pid
 * @property {string} started see process-identity
 * @property {string} log
 *
 * @typedef {object} Manifest
 * @property {string[]} files written outside the cache folder and the checkout
 * @property {PackageChange[]} packages installed or upgraded with apt
 * @property {StartedDaemon} [dockerd] present where set-up started it
 */

const file = () => inCache('manifest.json');

/** @returns {Manifest} */
export function readManifest() {
  const text = readIfThere(file());
  return { files: [], packages: [], ...(text ? JSON.parse(text) : {}) };
}

/** @param {Manifest} manifest */
function write(manifest) {
  writeWhole(file(), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** @param {string} written absolute path of a file that is ours */
export function recordFile(written) {
  const manifest = readManifest();
  write({ ...manifest, files: [...new Set([...manifest.files, written])] });
}

/**
 * Adds package changes; of a package that set-up changed before, the oldest version and the newest are kept.
 *
 * @param {PackageChange[]} changes
 */
export function recordPackages(changes) {
  const manifest = readManifest();
  const byName = new Map(manifest.packages.map((change) => [change.name, change]));
  for (const change of changes) {
    const earlier = byName.get(change.name);
    byName.set(change.name, earlier ? { ...earlier, to: change.to } : change);
  }
  write({ ...manifest, packages: [...byName.values()].sort((a, b) => a.name.localeCompare(b.name)) });
}

/** @param {StartedDaemon} dockerd */
export function recordDockerd(dockerd) {
  write({ ...readManifest(), dockerd });
}
