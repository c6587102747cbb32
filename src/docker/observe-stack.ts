import type { ObservedStack } from '../plan/observed-stack.js';
import type { StackSpec } from '../spec/stack-spec.js';
import type { Engine } from './engine.js';

/** One look at everything the plan is made from. It is as old as its oldest part: `observedAtMs` is when it began. */
export async function observeStack(engine: Engine, spec: StackSpec): Promise<ObservedStack> {
  const observedAtMs = Date.now();
  const [containers, networks, volumes, images] = await Promise.all([
    engine.containers(spec.project),
    engine.networks(spec.project, namesOf(spec.networks)),
    engine.volumes(spec.project, namesOf(spec.volumes)),
    imageIds(engine, spec),
  ]);
  return { project: spec.project, containers, networks, volumes, images, observedAtMs };
}

function namesOf(things: Record<string, { name: string }>): string[] {
  return Object.values(things).map(({ name }) => name);
}

async function imageIds(engine: Engine, spec: StackSpec): Promise<Record<string, string | null>> {
  const references = [...new Set(Object.values(spec.services).map(({ image }) => image))];
  const ids = await Promise.all(
    references.map(async (reference) => [reference, await engine.imageId(reference)] as const),
  );
  return Object.fromEntries(ids);
}
