import path from 'node:path';
import { type ReferenceParts, splitReference } from '../src/docker/image-reference.js';
import { readCapture } from '../src/store/captures.js';
import { runFolder, stackFolder } from '../src/store/layout.js';
import { hasNamed } from '../src/store/named-images.js';
import type { Release } from '../src/store/releases.js';
import type { World } from './world.js';

/** Who else may want an image of a release that is no longer kept. */
interface Others {
  /** The releases that are kept. */
  kept: Release[];
  /** All there ever were, oldest first: what their runs noted says whose doing it is that an image is here. */
  all: Release[];
  /** What the present configuration names. */
  references: string[];
}

/**
 * Takes our own names of a release's images away, and with the last name an image. One that a run of ours brought goes too where
 * nothing names it but what that run named. Nothing is forced: false where a container uses one, which then stays.
 */
export async function letImagesOfReleaseGo(
  world: World,
  stack: string,
  release: Release,
  others: Others,
): Promise<boolean> {
  const { engine } = world;
  let areGone = true;
  for (const pin of pinsOf(release)) areGone = (await engine.untagUnused(pin)) && areGone;
  for (const image of imagesOf(release)) {
    if (await isOnlyOurs(world, stack, image, others)) areGone = (await engine.removeUnused(image.id)) && areGone;
  }
  return areGone;
}

function pinsOf({ services }: Release): string[] {
  const pins = Object.values(services).flatMap(({ pin, containers }) => [pin, ...containers.map((one) => one.pin)]);
  return [...new Set(pins.filter((pin) => pin !== undefined))];
}

/** An image by its id, and the name by which containers were made from it. */
interface NamedImage {
  reference: string;
  id: string;
}

function imagesOf({ services }: Release): NamedImage[] {
  const images = Object.values(services).map(({ imageRef, imageId }) => ({ reference: imageRef, id: imageId }));
  return [...new Map(images.map((image) => [JSON.stringify(image), image])).values()];
}

/**
 * An image is ours to remove where a run of ours made its name name it, and it has no other. A tag of its own (`app:1.2`) counts as
 * ours only where it named nothing before that run, and nobody of the stack uses it now; the digest that a pull leaves behind once
 * a tag has moved on is of the same repository.
 */
async function isOnlyOurs(world: World, stack: string, image: NamedImage, others: Others): Promise<boolean> {
  const { reference, id } = image;
  const keptImages = others.kept.flatMap(imagesOf);
  if (keptImages.some((kept) => kept.id === id)) return false;
  const names = await world.engine.imageNames(id);
  if (!names) return false;
  const own = familiar(reference);
  const isOwnTag = (name: string): boolean => familiar(name).repo === own.repo && familiar(name).tag === own.tag;
  const isOwnDigest = (name: string): boolean => familiar(name).repo === own.repo;
  if (!names.tags.every(isOwnTag) || !names.digests.every(isOwnDigest)) return false;

  const before = await namedBefore(world, stack, image, others.all);
  if (before === 'not by us') return false;
  const isNamed = names.tags.length > 0 || reference.includes('@');
  const isUsed = [...others.references, ...keptImages.map((kept) => kept.reference)].includes(reference);
  return !isNamed || (before === null && !isUsed);
}

/** What the reference named before the run of ours that made it name this image; null: nothing. */
async function namedBefore(
  { layout }: World,
  stack: string,
  image: NamedImage,
  all: Release[],
): Promise<string | null | 'not by us'> {
  const first = all.find((release) =>
    imagesOf(release).some(({ reference, id }) => reference === image.reference && id === image.id),
  );
  if (!first) return 'not by us';
  const folder = runFolder(layout, stack, first.workflowId, first.runId);
  if (!(await hasNamed(folder, image.reference, image.id))) return 'not by us';
  const capture = await readCapture(
    layout,
    stack,
    path.join(path.relative(stackFolder(layout, stack), folder), 'capture'),
  );
  return capture?.tags[image.reference] ?? null;
}

/** As Docker shows a name: without the registry that it takes by itself. */
function familiar(reference: string): ReferenceParts {
  const parts = splitReference(reference);
  return { ...parts, repo: parts.repo.replace(/^((index\.)?docker\.io\/)?(library\/)?/, '') };
}
