import type { AnonymousVolume, KeptContainer, KeptFile, ReleasedService } from './releases.js';

type Services = Record<string, ReleasedService>;

/**
 * Whether two records describe the same thing serving: the same services with the same images, configuration, scale,
 * state, content and anonymous volumes. Ids of containers do not count, since one that was made again as it was is the
 * same to us; with other volumes it is not, since it sees other data.
 */
export function sameServices(a: Services, b: Services): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => b[name] !== undefined && sameService(a[name]!, b[name]))
  );
}

/** The same of a single service. */
export function sameService(a: ReleasedService, b: ReleasedService): boolean {
  return (
    a.imageId === b.imageId &&
    a.configHash === b.configHash &&
    a.scale === b.scale &&
    a.state === b.state &&
    a.containers.every((container, index) => sameContainer(container, b.containers[index]!))
  );
}

function sameContainer(a: KeptContainer, b: KeptContainer): boolean {
  return (
    a.name === b.name &&
    a.number === b.number &&
    a.imageId === b.imageId &&
    a.state === b.state &&
    sameFiles(a.bound, b.bound) &&
    sameFiles(a.copied, b.copied) &&
    sameVolumes(a.volumes, b.volumes)
  );
}

function sameVolumes(a: AnonymousVolume[], b: AnonymousVolume[]): boolean {
  const nameAt = new Map(b.map(({ target, name }) => [target, name]));
  return a.length === b.length && a.every(({ target, name }) => nameAt.get(target) === name);
}

/** Whether the same content is seen at the same places. */
export function sameFiles(a: KeptFile[], b: KeptFile[]): boolean {
  const contentAt = new Map(b.map(({ target, hash }) => [target, hash]));
  return a.length === b.length && a.every(({ target, hash }) => contentAt.get(target) === hash);
}
