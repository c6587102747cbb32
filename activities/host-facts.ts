import { EngineAway } from '../src/docker/engine.js';
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

/** How the stacks of this host are. */
export async function hostLook({ layout, engine }: World, { stacks }: HostFacts): Promise<HostLook> {
  try {
    return { stacks: await Promise.all(stacks.map(({ stack }) => lookAtStack(layout, engine, stack))) };
  } catch (error) {
    if (!(error instanceof EngineAway)) throw error;
    return { stacks: [], away: error.message };
  }
}

function emptyWhenAway(error: unknown): never[] {
  if (error instanceof EngineAway) return [];
  throw error;
}
