import type { FrozenConfig, ImageMade } from '../activities/activities.js';
import type { DeploymentRun } from './deployment-run.js';
import { Flights } from './flights.js';

type ImageSource = FrozenConfig['images'][number];

/**
 * Builds or pulls what the frozen configuration names, while the old version serves. The host decides how many builds go
 * on at once; the first failure stops the others.
 */
export async function makeImages(run: DeploymentRun, config: Pick<FrozenConfig, 'images'>): Promise<void> {
  await Flights.run(async (flights) => {
    for (const image of onePerReference(config.images)) {
      void flights.launch(async () => void (await makeImage(run, image)));
    }
  });
}

async function makeImage(run: DeploymentRun, { service, source }: ImageSource): Promise<ImageMade> {
  const { noCache, pull } = run.input;
  const frozen = run.frozen!;
  run.checklist.enter('build');
  return run.checklist.line(
    { id: `image ${service}`, phase: 'build', title: `${source} ${service}`, service },
    () =>
      source === 'build'
        ? run.host.making.buildImage.executeWithOptions({ summary: `build ${service}` }, [
            { ...run.turn, frozen, service, noCache, pull },
          ])
        : run.host.making.pullImage.executeWithOptions({ summary: `pull ${service}` }, [
            { ...run.turn, frozen, service },
          ]),
    ({ id, durationMs }) => `${id.replace('sha256:', '').slice(0, 12)} in ${(durationMs / 1000).toFixed(1)} s`,
  );
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
