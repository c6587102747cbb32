import type { StackSpec } from '../spec/stack-spec.js';

/** The services among these whose image is built, one for each reference. */
export function buildServices(spec: StackSpec, deployed: string[]): string[] {
  const byReference = new Map<string, string>();
  for (const name of deployed) {
    const service = spec.services[name]!;
    if (service.build && !byReference.has(service.image)) byReference.set(service.image, name);
  }
  return [...byReference.values()];
}
