/** Images that are built on this machine: a Debian root file system, and what scripts/images makes from it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makeDebianArchive, recipeText } from './debian-rootfs.mjs';
import { repositoryDir } from './paths.mjs';
import { must, run } from './run.mjs';
import { doing } from './say.mjs';

/** The label that tells from which recipe an image was made; another recipe means that it is made anew. */
const recipeLabel = 'evenkeel.recipe';
const buildMs = 15 * 60_000;

/** @typedef {Map<string, { id: string, recipe?: string }>} FoundImages by the name that was asked for */

/** @param {string[]} names @returns {Promise<FoundImages>} those of the images that are on this machine */
export async function inspectImages(names) {
  // Exits with 1 where one is missing, and prints the others all the same.
  const { stdout } = await run('docker', ['image', 'inspect', ...names]);
  const found = new Map();
  for (const { Id, RepoTags, Config } of JSON.parse(stdout || '[]')) {
    for (const name of RepoTags ?? []) found.set(name, { id: Id, recipe: Config?.Labels?.[recipeLabel] });
  }
  return found;
}

/**
 * Afterwards the Debian image exists, made from the machine's own mirror.
 *
 * @param {string} image
 * @param {FoundImages} found gets the new image
 * @returns {Promise<boolean>} whether it was made now
 */
export async function buildDebian(image, found) {
  const recipe = hash([recipeText]);
  if (found.get(image)?.recipe === recipe) return false;
  doing(`building ${image} with debootstrap (about half a minute)`);
  await makeDebianArchive(async (archive) => {
    await must(
      'docker',
      ['import', '--change', 'CMD ["bash"]', '--change', `LABEL ${recipeLabel}=${recipe}`, archive, image],
      {
        timeoutMs: buildMs,
      },
    );
  });
  await replace(image, found);
  return true;
}

/**
 * Afterwards the image is what its folder in scripts/images makes of the base image.
 *
 * @param {string} folder
 * @param {string} image
 * @param {string} base name of an image that is on this machine
 * @param {FoundImages} found gets the new image
 * @returns {Promise<boolean>} whether it was made now
 */
export async function buildFrom(folder, image, base, found) {
  const context = path.join(repositoryDir, 'scripts', 'images', folder);
  const files = readdirSync(context).sort();
  const contents = files.flatMap((name) => [name, readFileSync(path.join(context, name), 'utf8')]);
  const recipe = hash([(found.get(base) ?? (await inspectImages([base])).get(base))?.id ?? base, ...contents]);
  if (found.get(image)?.recipe === recipe) return false;
  doing(`building ${image}`);
  const options = ['--network', 'host', '--build-arg', `BASE=${base}`, '--label', `${recipeLabel}=${recipe}`];
  await must('docker', ['build', '--quiet', ...options, '--tag', image, context], {
    env: { DOCKER_BUILDKIT: '1' },
    timeoutMs: buildMs,
  });
  await replace(image, found);
  return true;
}

/**
 * Removes what the name stood for before, unless containers or other images need it.
 *
 * @param {string} image
 * @param {FoundImages} found
 */
async function replace(image, found) {
  const before = found.get(image);
  const now = (await inspectImages([image])).get(image);
  if (now) found.set(image, now);
  if (before && before.id !== now?.id) await run('docker', ['image', 'rm', before.id]);
}

/** @param {string[]} parts */
function hash(parts) {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}
