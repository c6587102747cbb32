import type { ServiceSpec, StackSpec } from './stack-spec.js';

/** How one service gets its image. `present`: it is here, or another service's build makes it. */
export interface ImageSource {
  service: string;
  ref: string;
  source: 'build' | 'pull' | 'present';
}

/** What the sources are decided from. */
export interface ImageRequest {
  /** The services asked for; empty: all. */
  services: string[];
  /** Images are to be pulled anew. */
  pull: boolean;
  /** References that name an image on the engine. */
  here: Set<string>;
}

/** Policies that pull what is here already. */
const PULLS = /^(always|daily|weekly|every_)/;

/**
 * How the services that are asked for get their images, and besides them those services that they cannot start without
 * and whose images are missing. An image that one service builds is built by that one, for every other that uses it.
 */
export function imageSources(spec: StackSpec, { services, pull, here }: ImageRequest): ImageSource[] {
  const all = Object.values(spec.services);
  const builders = new Map(all.filter(isBuilt).map((service) => [service.image, service.name]));
  const wanted = new Set(services.length === 0 ? all.map(({ name }) => name) : services);
  for (const name of wanted) {
    const { image, dependsOn, joins } = spec.services[name]!;
    const needed = [...dependsOn.filter(({ required }) => required).map(({ service }) => service), ...joins];
    for (const other of needed) {
      const needs = spec.services[other];
      if (needs && !here.has(needs.image)) wanted.add(other);
    }
    const builder = builders.get(image);
    if (builder !== undefined && !here.has(image)) wanted.add(builder);
  }
  return all
    .filter(({ name }) => wanted.has(name))
    .map((service) => ({ service: service.name, ref: service.image, source: sourceOf(service) }));

  function sourceOf(service: ServiceSpec): ImageSource['source'] {
    if (isBuilt(service)) return 'build';
    if (service.pullPolicy === 'never' || builders.has(service.image)) return 'present';
    if (pull || PULLS.test(service.pullPolicy ?? '')) return 'pull';
    return here.has(service.image) ? 'present' : 'pull';
  }
}

function isBuilt({ build, pullPolicy }: ServiceSpec): boolean {
  return build !== undefined && pullPolicy !== 'never';
}
