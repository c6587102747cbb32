import { EngineRefused } from '../src/docker/engine.js';
import { isWeather } from '../src/docker/weather.js';
import type { Leftover } from '../src/spec/deploy-result.js';
import type { Finding } from '../src/spec/finding.js';
import type { StackSpec } from '../src/spec/stack-spec.js';
import { openCapture } from '../src/store/captures.js';
import { openFrozen } from '../src/store/frozen.js';
import { hasNamed } from '../src/store/named-images.js';
import { unendedCaptures } from '../src/store/unended-captures.js';
import type { Capture, HostActivities, Turn } from './activities.js';
import { endImageChildren } from './image-children.js';
import { ownRunFolder } from './run-place.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat because builds and pulls are ended first, and a name that is right already is left alone. A name that
 * somebody else has given to another image meanwhile is theirs, and stays.
 */
export function restoreTags(world: World): HostActivities['restoreTags'] {
  return async (args) => withTurn(world, args, () => putTagsBack(world, args, args.capture));
}

/** What became of names that are not what they were: those that could not be put back, and those that are others'. */
export interface TagsBack {
  leftovers: Leftover[];
  findings: Finding[];
}

/** The same, for a step that has the turn already. */
export async function putTagsBack(world: World, { stack }: Turn, { folder }: Capture): Promise<TagsBack> {
  const { tags, frozen } = await openCapture(world.layout, stack, folder);
  await endImageChildren(ownRunFolder(world, stack));
  const namers = await namersOf(world, stack);
  const back: TagsBack = { leftovers: [], findings: [] };
  for (const [reference, before] of Object.entries(tags)) {
    const end = await restoreTag(world, { reference, before, namers });
    if (end === 'as it was') continue;
    if (end === "somebody else's") {
      back.findings.push(strangersTag(reference));
      continue;
    }
    const { spec } = await openFrozen(world.layout, stack, frozen);
    const command = remedy(spec, reference);
    back.leftovers.push({ what: `tag ${reference}`, why: end.refused, command, debris: false });
  }
  return back;
}

/** Folders of the runs whose names are to be taken back: this one, and those before it that never came to their end. */
async function namersOf(world: World, stack: string): Promise<string[]> {
  const unended = await unendedCaptures(world.layout, stack);
  return [...new Set([ownRunFolder(world, stack), ...unended.map(({ runFolder }) => runFolder)])];
}

function strangersTag(reference: string): Finding {
  return {
    ...{ rule: 'tag-not-ours', severity: 'warning' },
    message: `${reference} was given to another image meanwhile, not by this run; it stays as it is`,
  };
}

interface Tag {
  reference: string;
  before: string | null;
  namers: string[];
}

type TagEnd = 'as it was' | "somebody else's" | { refused: string };

async function restoreTag({ engine }: World, { reference, before, namers }: Tag): Promise<TagEnd> {
  const now = await engine.imageId(reference);
  if (now === before) return 'as it was';
  const named = now === null ? [] : await Promise.all(namers.map((folder) => hasNamed(folder, reference, now)));
  const isOurs = named.includes(true);
  if (now !== null && !isOurs) return before === null ? 'as it was' : "somebody else's";
  if (before === null) {
    await untag();
    return 'as it was';
  }
  try {
    await engine.tag(before, reference);
    return 'as it was';
  } catch (error) {
    if (!(error instanceof EngineRefused) || isWeather(error)) throw error;
    // Better no name than one that leads to what has just been taken back.
    if (isOurs) await untag();
    return { refused: `it named ${before} before this run, and Docker says: ${error.message}` };
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
