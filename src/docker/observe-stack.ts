import type { ObservedServices, ObservedStack } from '../plan/observed-stack.js';
import type { ServiceSpec, StackSpec } from '../spec/stack-spec.js';
import type { Engine } from './engine.js';

/** One look at everything the plan is made from. It is as old as its oldest part: `observedAtMs` is when it began. */
export async function observeStack(engine: Engine, spec: StackSpec): Promise<ObservedStack> {
  const observedAtMs = Date.now();
  const [containers, networks, volumes, images] = await Promise.all([
    engine.containers(spec.project),
    engine.networks(spec.project, namesOf(spec.networks)),
    engine.volumes(spec.project, namesOf(spec.volumes)),
    imageIds(engine, Object.values(spec.services)),
  ]);
  return { project: spec.project, containers, networks, volumes, images, observedAtMs };
}

/**
 * A look at single services. It costs one request for each of them, its containers and its image, however large the stack
 * is; a look at the whole for every step of a run would cost the square of its size.
 */
export async function observeServices(engine: Engine, spec: StackSpec, names: string[]): Promise<ObservedServices> {
  const [containers, images] = await Promise.all([
    Promise.all(names.map((name) => engine.containers(spec.project, name))),
    imageIds(
      engine,
      names.map((name) => spec.services[name]!),
    ),
  ]);
  return { containers: containers.flat(), images };
}

function namesOf(things: Record<string, { name: string }>): string[] {
  return Object.values(things).map(({ name }) => name);
}

async function imageIds(engine: Engine, services: ServiceSpec[]): Promise<Record<string, string | null>> {
  const references = [...new Set(services.map(({ image }) => image))];
  const ids = await Promise.all(
    references.map(async (reference) => [reference, await engine.imageId(reference)] as const),
  );
  return Object.fromEntries(ids);
}
