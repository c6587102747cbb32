/** What set-up put on this machine, and how much room it takes. */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ourImagePatterns } from './base-images.mjs';
import { readManifest } from './manifest.mjs';
import { cacheDir } from './paths.mjs';
import { stillLives } from './process-identity.mjs';
import { run } from './run.mjs';
import { shopEnvFile } from './shop-env.mjs';

/** Prints it to stdout. */
export async function list() {
  const { files, packages, dockerd } = readManifest();
  const added = packages.filter(({ from }) => from === undefined);
  const upgraded = packages.filter(({ from }) => from !== undefined);
  const daemons = dockerd && (await stillLives(dockerd)) ? [`pid ${dockerd.pid}, log ${dockerd.log}`] : [];
  /** @type {[string, string[]][]} */
  const sections = [
    [`cache folder ${cacheDir()}`, cacheEntries()],
    ['apt files', files.filter((file) => existsSync(file))],
    ['packages installed', added.map(({ name, to }) => `${name} ${to}`)],
    ['packages upgraded with them', upgraded.map(({ name, from, to }) => `${name} ${from} → ${to}`)],
    ['images', (await ourImages()).map(({ name, size }) => `${name} (${size})`)],
    ['dockerd started by set-up', daemons],
    ['in the checkout', [shopEnvFile].filter((file) => existsSync(file))],
  ];
  const lines = sections.flatMap(([title, entries]) => [
    `${title}:`,
    ...(entries.length === 0 ? ['none'] : entries).map((entry) => `  ${entry}`),
  ]);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** @returns {Promise<{ name: string, size: string }[]>} the images that set-up made; empty where no engine answers */
export async function ourImages() {
  const filters = ourImagePatterns.flatMap((pattern) => ['--filter', `reference=${pattern}`]);
  const { stdout } = await run('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}} {{.Size}}', ...filters]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ name: line.split(' ')[0], size: line.split(' ')[1] }));
}

function cacheEntries() {
  if (!existsSync(cacheDir())) return [];
  return readdirSync(cacheDir())
    .sort()
    .map((name) => `${name} (${inMegabytes(bytesOf(path.join(cacheDir(), name)))})`);
}

/**
 * Of this file system only, as a debootstrap that was killed leaves /proc mounted in its folder; links are not followed,
 * and what a set-up at work has just removed counts as nothing.
 *
 * @param {string} place
 * @returns {number}
 */
function bytesOf(place) {
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.size ?? 0;
  if (found.dev !== lstatSync(cacheDir()).dev) return 0;
  return readdirSync(place).reduce((sum, name) => sum + bytesOf(path.join(place, name)), 0);
}

/** @param {number} bytes */
function inMegabytes(bytes) {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
