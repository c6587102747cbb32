/**
 * The images that demo, tests and benchmarks stand on. Where a registry answers they are the official ones; elsewhere
 * they are built here, under names of our own. Which ones a machine has is written to images.json in the cache folder.
 */
import { readIfThere, writeWhole } from './files.mjs';
import { buildDebian, buildFrom, inspectImages } from './local-images.mjs';
import { inCache } from './paths.mjs';
import { lastLines, run } from './run.mjs';
import { CannotSetUp, doing, present, warn } from './say.mjs';

/** @typedef {'debian' | 'node' | 'postgres' | 'redis' | 'nginx'} BaseName */

/** Logical name → the official image, and the one that stands in for it. Debian is first: the others are built from it. */
export const baseImages = {
  debian: { official: 'debian:bookworm-slim', local: 'evenkeel-local/debian:bookworm' },
  node: { official: 'node:22-bookworm-slim', local: 'evenkeel-local/node:bookworm' },
  postgres: { official: 'postgres:16', local: 'evenkeel-local/postgres:15' },
  redis: { official: 'redis:7', local: 'evenkeel-local/redis:7' },
  nginx: { official: 'nginx:1.27', local: 'evenkeel-local/nginx:bookworm' },
};

/** The small web server that the tests deploy; built from scripts/images/test-web on every machine. */
export const testWebImage = 'evenkeel-test/web:1';

/** References of all images that set-up may make. */
export const ourImagePatterns = ['evenkeel-local/*', 'evenkeel-test/*'];

const pullMs = 15 * 60_000;
const imagesFile = () => inCache('images.json');

/**
 * @returns {Record<BaseName | 'testWeb', string>} the image of each logical name on this machine
 * @throws {CannotSetUp} where set-up has not made its choice yet
 */
export function readImages() {
  const text = readIfThere(imagesFile());
  if (!text) throw new CannotSetUp('the base images are not chosen yet: run `node scripts/setup/main.mjs`');
  return JSON.parse(text);
}

/**
 * Afterwards every base image is on this machine, the test image where it is asked for, and images.json names them.
 *
 * @param {{ testWeb: boolean }} options
 */
export async function ensureBaseImages({ testWeb }) {
  const names = Object.values(baseImages).flatMap(({ official, local }) => [official, local]);
  const found = await inspectImages([...names, testWebImage]);
  const registry = { answers: true };

  /** @type {Record<string, string>} */
  const chosen = { ...JSON.parse(readIfThere(imagesFile()) ?? '{}') };
  const made = [];
  for (const name of /** @type {BaseName[]} */ (Object.keys(baseImages))) {
    const { image, isNew } = await ensureOne(name, chosen.debian, found, registry);
    chosen[name] = image;
    if (isNew) made.push(image);
  }
  if (testWeb) {
    chosen.testWeb = testWebImage;
    if (await buildFrom('test-web', testWebImage, chosen.debian, found)) made.push(testWebImage);
  }
  const text = `${JSON.stringify(chosen, null, 2)}\n`;
  if (readIfThere(imagesFile()) !== text) writeWhole(imagesFile(), text);
  present(
    'base images',
    made.length === 0 ? `present (${Object.values(chosen).join(', ')})` : `new: ${made.join(', ')}`,
  );
}

/**
 * @param {BaseName} name
 * @param {string} debian the image to build from
 * @param {Awaited<ReturnType<typeof inspectImages>>} found
 * @param {{ answers: boolean }} registry remembers for this run that no registry answers
 */
async function ensureOne(name, debian, found, registry) {
  const { official, local } = baseImages[name];
  if (found.has(official)) return { image: official, isNew: false };
  if (!found.has(local) && registry.answers) {
    registry.answers = await pull(official);
    if (registry.answers) return { image: official, isNew: true };
  }
  const isNew = name === 'debian' ? await buildDebian(local, found) : await buildFrom(name, local, debian, found);
  return { image: local, isNew };
}

/** @param {string} image */
async function pull(image) {
  doing(`pulling ${image}`);
  const { code, stderr } = await run('docker', ['pull', '--quiet', image], { timeoutMs: pullMs });
  if (code !== 0) warn('no image registry in reach', `${lastLines(stderr, 1)}; building images here instead`);
  return code === 0;
}
