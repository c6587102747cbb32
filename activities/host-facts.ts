import { EngineAway } from '../src/docker/engine.js';
import { inLanes } from '../src/docker/in-lanes.js';
import { lookAtStack } from '../src/docker/stack-look.js';
import { packageVersion } from '../src/package-root.js';
import type { HostFacts, HostLook } from '../src/spec/presence.js';
import { adoptableProjects, listStacks } from '../src/store/registry.js';
import type { World } from './world.js';

/** What this host says of itself. Without an answer of the engine it is not known what runs, and `running` is empty. */
export async function hostFacts({ layout, engine, host }: World): Promise<HostFacts> {
  const entries = await listStacks(layout);
  const registered = new Set(entries.map(({ name }) => name));
  const adoptable = await adoptableProjects(layout, engine).catch(emptyWhenAway);
  return {
    host,
    version: packageVersion(),
    stacks: entries.map(({ name, directory }) => ({ stack: name, directory })),
    running: adoptable.filter((name) => !registered.has(name)).sort(),
  };
}

/** Each asks the engine for every container of a stack; more at once would keep it from whoever changes one. */
const STACKS_AT_ONCE = 4;

/** How the stacks of this host are. */
export async function hostLook({ layout, engine }: World, { stacks }: HostFacts): Promise<HostLook> {
  try {
    const names = stacks.map(({ stack }) => stack);
    return { stacks: await inLanes(STACKS_AT_ONCE, names, (stack) => lookAtStack(layout, engine, stack)) };
  } catch (error) {
    if (!(error instanceof EngineAway)) throw error;
    return { stacks: [], away: error.message };
  }
}

function emptyWhenAway(error: unknown): never[] {
  if (error instanceof EngineAway) return [];
  throw error;
}
