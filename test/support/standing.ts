import { engineOf } from './docker-api.js';
import { normaliseInspect } from './normalise-inspect.js';
import type { TestStack } from './test-stack.js';

/** All that stands of a stack on the engine. Two of one stack are compared by `toEqual`. */
export interface Standing {
  /** Which containers these are, and since when they run. A run that touched nothing leaves these. */
  lives: Record<string, string>;
  /** What they are, whichever they are. A run that was taken back leaves these. */
  containers: unknown[];
  /** What every name of the stack's own images names; without the pins of its releases. */
  tags: Record<string, string>;
  volumes: string[];
  networks: string[];
}

/** Looks at everything that stands of a stack. */
export async function standingOf(stack: TestStack): Promise<Standing> {
  const inspected = await stack.inspect();
  const lives = inspected.map(({ Name, Id, State }) => [Name, `${Id} ${State.StartedAt} ${State.Status}`] as const);
  return {
    lives: Object.fromEntries(lives),
    containers: inspected.map(normaliseInspect),
    tags: await tagsOf(stack),
    volumes: await volumesOf(stack),
    networks: await networksOf(stack),
  };
}

/** What a rollback brings back, for comparison: everything but the identity of the containers. */
export async function makingsOf(stack: TestStack): Promise<Omit<Standing, 'lives'>> {
  const { containers, tags, volumes, networks } = await standingOf(stack);
  return { containers, tags, volumes, networks };
}

async function tagsOf({ name, world }: TestStack): Promise<Record<string, string>> {
  const images = await engineOf(world.env).listImages();
  const tags = images.flatMap(({ Id, RepoTags }) => (RepoTags ?? []).map((tag) => [tag, Id] as const));
  return Object.fromEntries(
    tags
      .filter(([tag]) => tag.startsWith(name) || tag.startsWith('evenkeel-test/'))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

async function volumesOf({ name, world }: TestStack): Promise<string[]> {
  const { Volumes } = await engineOf(world.env).listVolumes({ filters: ofProject(name) });
  return Volumes.map(({ Name, Driver }) => `${Name} ${Driver}`).sort();
}

async function networksOf({ name, world }: TestStack): Promise<string[]> {
  const networks = await engineOf(world.env).listNetworks({ filters: ofProject(name) });
  return networks.map(({ Id, Name }) => `${Id} ${Name}`).sort();
}

function ofProject(name: string): { label: string[] } {
  return { label: [`com.docker.compose.project=${name}`] };
}
