import type { AnonymousVolume } from '../store/releases.js';
import type { ContainerInspect } from './engine.js';

/** Ids of the containers whose namespaces or volumes a container shares. */
export function joinedContainers({ HostConfig: host }: ContainerInspect): string[] {
  const modes = [host.NetworkMode, host.PidMode, host.IpcMode].flatMap((mode) =>
    mode?.startsWith('container:') ? [mode.slice('container:'.length)] : [],
  );
  const volumes = (host.VolumesFrom ?? []).map((source: string) => source.split(':')[0]!);
  return [...new Set([...modes, ...volumes])];
}

/** Docker names a volume that nobody named by 64 hex digits. */
export function anonymousVolumes({ Mounts }: ContainerInspect): AnonymousVolume[] {
  return (Mounts ?? [])
    .filter(({ Type, Name }) => Type === 'volume' && /^[0-9a-f]{64}$/.test(Name ?? ''))
    .map(({ Name, Destination }) => ({ name: Name!, target: Destination }));
}
