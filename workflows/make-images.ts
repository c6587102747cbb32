import { CancelledFailure } from '@temporalio/workflow';
import type { FrozenConfig, ImageMade } from '../activities/activities.js';
import { shortId } from '../src/plan/words.js';
import type { DeploymentRun } from './deployment-run.js';
import { Flights } from './flights.js';
import { together } from './together.js';
import { culpritOf } from './turning-points.js';

type ImageSource = FrozenConfig['images'][number];

/**
 * Builds or pulls what the frozen configuration names, while the old version serves. All builds are one step: the host
 * decides how many go on at once. The first failure stops the others.
 */
export async function makeImages(run: DeploymentRun, config: Pick<FrozenConfig, 'images'>): Promise<void> {
  const images = onePerReference(config.images);
  const builds = images.filter(({ source }) => source === 'build');
  if (images.length > 0) run.checklist.enter('build');
  await Flights.run(async (flights) => {
    if (builds.length > 0) void flights.launch(() => buildAll(run, builds));
    for (const image of images.filter(({ source }) => source === 'pull')) {
      void flights.launch(() => pull(run, image));
    }
  });
}

/** One step for all of them, a line for each. */
async function buildAll(run: DeploymentRun, images: ImageSource[]): Promise<void> {
  const { noCache, pull } = run.input;
  const services = images.map(({ service }) => service);
  const summary = `build ${services.join(', ')}`.slice(0, 200);
  const building = run.host.making.buildImages.executeWithOptions({ summary }, [
    { ...run.turn, frozen: run.frozen!, services, noCache, pull },
  ]);
  await together(
    images.map((image) =>
      run.checklist.line(
        lineOf(image),
        () => partOf(building, image),
        (made) => noteOf(made, images.length),
      ),
    ),
  );
}

/** A build that failed is its own service's; the others were stopped by it. */
async function partOf(building: Promise<ImageMade[]>, { service, ref }: ImageSource): Promise<ImageMade | undefined> {
  try {
    return (await building).find((made) => made.ref === ref);
  } catch (error) {
    const culprit = culpritOf(error);
    if (culprit !== undefined && culprit !== service) throw new CancelledFailure(`the build of ${culprit} failed`);
    throw error;
  }
}

async function pull(run: DeploymentRun, image: ImageSource): Promise<void> {
  const line = lineOf(image);
  const { service } = image;
  await run.checklist.line(
    line,
    () =>
      run.host.making.pullImage.executeWithOptions({ summary: line.title }, [
        { ...run.turn, frozen: run.frozen!, service },
      ]),
    (made) => noteOf(made, 1),
  );
}

function lineOf({ service, source }: ImageSource) {
  return { id: `image ${service}`, phase: 'build' as const, title: `${source} ${service}`, service };
}

function noteOf(made: ImageMade | undefined, count: number): string | undefined {
  if (!made) return undefined;
  const all = count > 1 ? `all ${count} ` : '';
  return `${shortId(made.id)}, ${all}in ${(made.durationMs / 1000).toFixed(1)} s`;
}

/** Services may share an image: it is made once. What is present already needs nothing. */
function onePerReference(images: ImageSource[]): ImageSource[] {
  const made = new Map<string, ImageSource>();
  for (const image of images) {
    const known = made.get(image.ref);
    if (image.source !== 'present' && known?.source !== 'build') made.set(image.ref, image);
  }
  return [...made.values()];
}
