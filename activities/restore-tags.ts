import { EngineRefused } from '../src/docker/engine.js';
import { isWeather } from '../src/docker/weather.js';
import type { Leftover } from '../src/spec/deploy-result.js';
import type { StackSpec } from '../src/spec/stack-spec.js';
import { openCapture } from '../src/store/captures.js';
import { openFrozen } from '../src/store/frozen.js';
import { hasNamed } from '../src/store/named-images.js';
import type { Capture, HostActivities, Turn } from './activities.js';
import { ownRunFolder } from './run-place.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat because a name that is right already is left alone. A name that somebody else has given meanwhile to
 * what carried none before is theirs, and stays.
 */
export function restoreTags(world: World): HostActivities['restoreTags'] {
  return async (args) =>
    withTurn(world, args, async () => ({ leftovers: await putTagsBack(world, args, args.capture) }));
}

/** The same, for a step that has the turn already. */
export async function putTagsBack(world: World, { stack }: Turn, { folder }: Capture): Promise<Leftover[]> {
  const { tags, frozen } = await openCapture(world.layout, stack, folder);
  const runFolder = ownRunFolder(world, stack);
  const leftovers: Leftover[] = [];
  for (const [reference, before] of Object.entries(tags)) {
    const reason = await restoreTag(world, { reference, before, runFolder });
    if (reason === undefined) continue;
    const { spec } = await openFrozen(world.layout, stack, frozen);
    const command = remedy(spec, reference);
    leftovers.push({ what: `tag ${reference}`, why: reason, command, debris: false });
  }
  return leftovers;
}

interface Tag {
  reference: string;
  before: string | null;
  runFolder: string;
}

/** Why the name could not be put back; undefined when it is as it was. */
async function restoreTag({ engine }: World, { reference, before, runFolder }: Tag): Promise<string | undefined> {
  const now = await engine.imageId(reference);
  if (now === before) return undefined;
  const isOurs = now !== null && (await hasNamed(runFolder, reference, now));
  if (before === null) {
    if (isOurs) await untag();
    return undefined;
  }
  try {
    await engine.tag(before, reference);
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineRefused) || isWeather(error)) throw error;
    // Better no name than one that leads to what has just been taken back.
    if (isOurs) await untag();
    return `it named ${before} before this run, and Docker says: ${error.message}`;
  }

  async function untag(): Promise<void> {
    try {
      await engine.untag(reference);
    } catch (error) {
      // A stopped container that could not be taken away still needs its image; it is listed as a leftover itself.
      if (!(error instanceof EngineRefused && error.statusCode === 409)) throw error;
    }
  }
}

function remedy({ project, services }: StackSpec, reference: string): string {
  const built = Object.values(services).find(({ image, build }) => image === reference && build);
  return built ? `docker compose -p ${project} build ${built.name}` : `docker pull ${reference}`;
}
