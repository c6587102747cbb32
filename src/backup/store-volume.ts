import type { StoreBackup } from '../spec/backup.js';

/** A mount, as `docker inspect` has it. */
export interface InspectedMount {
  Type: string;
  Name?: string;
  Destination: string;
  RW: boolean;
  /** The folder within the volume that is mounted, where that is not all of it. */
  Subpath?: string;
}

/** The mounts of a container, with what Docker says of them elsewhere. */
export function mountsOf({
  Mounts,
  HostConfig,
}: {
  Mounts: InspectedMount[];
  HostConfig: { Mounts?: { Target: string; VolumeOptions?: { Subpath?: string } }[] };
}): InspectedMount[] {
  return Mounts.map((mount) => {
    const asked = HostConfig.Mounts?.find(({ Target }) => Target === mount.Destination);
    const Subpath = asked?.VolumeOptions?.Subpath;
    return Subpath ? { ...mount, Subpath } : mount;
  });
}

/** The volume that holds a store, or why its content cannot be replaced. */
export type StoreVolume = { volume: string; target: string } | { why: string };

/**
 * Finds the volume of a container that holds all files of a store, and nothing of the host's. A store that runs no more is
 * found too: its container says where it would write.
 */
export function storeVolume(
  backup: Pick<StoreBackup, 'type' | 'target' | 'details'>,
  { mounts, environment }: { mounts: InspectedMount[]; environment: string[] },
): StoreVolume {
  const folder = folderOf(backup, { mounts, environment });
  const holding = mounts
    .filter(({ Destination }) => isWithin(folder, Destination))
    .sort((a, b) => b.Destination.length - a.Destination.length)[0];
  if (!holding) return { why: `its container mounts nothing at ${folder}, so its data ends with the container` };
  const { Type, Name, Destination, RW, Subpath } = holding;
  if (Type !== 'volume' || Name === undefined) {
    return {
      why: `${Destination} is bound from the host, and only a volume's content is replaced; restore it by hand`,
    };
  }
  if (Subpath) return { why: `it has but the folder ${Subpath} of the volume ${Name}; restore it by hand` };
  if (!RW) return { why: `its container mounts ${Name} without leave to write` };
  const inner = mounts.find((mount) => mount !== holding && mount.RW && isWithin(mount.Destination, folder));
  if (inner) return { why: `it has files in a second place, at ${inner.Destination}; restore it by hand` };
  return { volume: Name, target: Destination };
}

function folderOf(
  { type, target, details }: Pick<StoreBackup, 'type' | 'target' | 'details'>,
  { mounts, environment }: { mounts: InspectedMount[]; environment: string[] },
): string {
  if (type === 'postgres') {
    const pgdata = environment.find((line) => line.startsWith('PGDATA='))?.slice('PGDATA='.length);
    const isBitnami = mounts.some(({ Destination }) => isWithin(BITNAMI_POSTGRES, Destination));
    return pgdata || (isBitnami ? BITNAMI_POSTGRES : '/var/lib/postgresql/data');
  }
  return (type === 'redis' ? details?.['dir'] : target) || '/data';
}

/** Where Bitnami's image has its files; no variable of it says so. */
const BITNAMI_POSTGRES = '/bitnami/postgresql/data';

function isWithin(inner: string, outer: string): boolean {
  const [a, b] = [inner.replace(/\/+$/, ''), outer.replace(/\/+$/, '')];
  return a === b || a.startsWith(`${b}/`);
}
