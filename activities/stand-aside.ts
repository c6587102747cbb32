import { mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { asidePin } from '../src/docker/pins.js';
import type { Leftover } from '../src/spec/deploy-result.js';
import type { Finding } from '../src/spec/finding.js';
import { asideRuns, type AsideImage, forgetAside, readAside, writeAside } from '../src/store/aside.js';
import { readCapture } from '../src/store/captures.js';
import { EVIDENCE_FOLDER } from '../src/store/evidence-files.js';
import { namingsOf, noteNaming } from '../src/store/named-images.js';
import type { HostActivities, Turn } from './activities.js';
import { FAILURE } from './failures.js';
import { putTagsBack } from './restore-tags.js';
import { isRunOpen } from './run-open.js';
import { ownRun, ownRunFolder } from './run-place.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/** What of a run's folder stays where it is while it stands aside: what it goes on from, and what is evidence of all of it. */
const STAYS = ['frozen', 'aside', 'aside.json', 'run.json', EVIDENCE_FOLDER];

/**
 * Safe to repeat because images are pinned before any name is put back, and what the run has found and made is moved away
 * last, the capture at the very end: an attempt that finds no capture has nothing left to do but that.
 */
export function standAside(world: World): HostActivities['standAside'] {
  return async (args) =>
    withTurn(world, args, async () => {
      const { capture, round } = args;
      const runFolder = ownRunFolder(world, args.stack);
      const known = await readAside(runFolder);
      const images = known?.round === round ? known.images : await pinOwnImages(world, args, runFolder);
      await writeAside(runFolder, { ...ownRun(), round, images });
      const isCaptured = (await readCapture(world.layout, args.stack, capture.folder)) !== undefined;
      const tags = isCaptured ? await putTagsBack(world, args, capture) : undefined;
      await moveAside(runFolder, path.join(runFolder, 'aside', String(round)));
      return {
        images,
        findings: [...(tags?.leftovers ?? []).map(notPutBack), ...(tags?.findings ?? [])],
      };
    });
}

function notPutBack({ what, why }: Leftover): Finding {
  return { rule: 'tag-not-put-back', severity: 'warning', message: `${what}: ${why}` };
}

/** Every image that the run has made a name name, and that nothing but that name may keep. */
async function pinOwnImages({ engine }: World, { stack }: Turn, runFolder: string): Promise<AsideImage[]> {
  const images: AsideImage[] = [];
  for (const { reference, imageId } of await namingsOf(runFolder)) {
    if (imageId === undefined || (await engine.imageId(reference)) !== imageId) continue;
    const pin = asidePin(stack, ownRun().runId, reference);
    await engine.tag(imageId, pin);
    images.push({ reference, imageId, pin });
  }
  return images;
}

async function moveAside(runFolder: string, place: string): Promise<void> {
  await mkdir(place, { recursive: true, mode: 0o700 });
  const names = (await readdir(runFolder)).filter((name) => !STAYS.includes(name));
  for (const name of names.sort((a, b) => Number(a === 'capture') - Number(b === 'capture'))) {
    await rename(path.join(runFolder, name), path.join(place, name));
  }
}

/** Safe to repeat because an image that has its name again is given it once more, and pins go last. */
export function takeUpImages(world: World): HostActivities['takeUpImages'] {
  return async (args) =>
    withTurn(world, args, async () => {
      const runFolder = ownRunFolder(world, args.stack);
      for (const { reference, imageId } of args.images) {
        if ((await world.engine.imageId(imageId)) === null) throw gone(reference);
        await noteNaming(runFolder, { reference });
        await world.engine.tag(imageId, reference);
        await noteNaming(runFolder, { reference, imageId });
      }
      await unpin(world, args.images);
      await forgetAside(runFolder);
    });
}

/** Safe to repeat because a pin that is gone is no longer found; it has no turn, since the pins are the run's own. */
export function letImagesGo(world: World): HostActivities['letImagesGo'] {
  return async ({ stack, images }) => {
    await unpin(world, images);
    await forgetAside(ownRunFolder(world, stack));
  };
}

/** Lets the images of runs go that were closed while they stood aside, and could not do so themselves. */
export async function sweepAside(world: World, stack: string): Promise<void> {
  for (const { workflowId, runId, images, runFolder } of await asideRuns(world.layout, stack)) {
    if (runId === ownRun().runId || (await isRunOpen(world.temporal, workflowId, runId))) continue;
    await unpin(world, images);
    await forgetAside(runFolder);
  }
}

async function unpin({ engine }: World, images: AsideImage[]): Promise<void> {
  for (const { pin } of images) await engine.untag(pin);
}

function gone(reference: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `the image that was made for ${reference} is gone; somebody has removed it while the run waited. Deploy again`,
    FAILURE.stepFailed,
    { excerpt: [] },
  );
}
