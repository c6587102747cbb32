import { list, mapping } from '../spec/from-rendered.js';
import { type BindKind, sourceOf, written } from './binds.js';

type Mapping = Record<string, unknown>;

/** Where PostgreSQL's images look for what fills an empty database. */
const INIT_SCRIPTS = '/docker-entrypoint-initdb.d';

/** How the mounts of one service are made the twin's own. */
export interface MountWishes {
  service: string;
  /** What each bound path of the host is; one that is not named here is missing. */
  binds: Record<string, BindKind>;
  /** Keys of volumes, and mount points of bound folders, that are filled from the backup. */
  filled: Set<string>;
  /** Those of them whose files come from an archive: the image must not add its own. A database's are its image's matter. */
  unpacked: Set<string>;
  /** The folder that copies of bound files are put into. Absolute. */
  copiesFolder: string;
  /** Its database is filled from the backup, so that no init script may fill it first. */
  hidesInitScripts: boolean;
}

/** The mounts of a service on the twin. */
export interface TwinMounts {
  volumes: Mapping[];
  tmpfs: unknown[];
  /** Keys of volumes that these mounts need, beside those of the file. */
  fresh: string[];
  /** Files that are to be copied before the twin starts: the host's path, and where the copy goes. */
  copies: { from: string; to: string }[];
  /** What is empty here and is not in the stack. */
  emptied: EmptiedMount[];
}

interface EmptiedMount {
  /** In plain words. */
  what: string;
  /** Its key, where it is a volume of the file. */
  key?: string;
}

/**
 * The mounts of a service with nothing of the stack's that could be written to. Named volumes keep their key, which names a
 * fresh volume here; a folder that may be written to becomes a fresh volume, and a file a copy; what is read-only stays.
 */
export function twinMounts(service: Mapping, wishes: MountWishes): TwinMounts {
  const made: TwinMounts = { volumes: [], tmpfs: list(service['tmpfs']), fresh: [], copies: [], emptied: [] };
  for (const mount of list(service['volumes']).map(mapping)) {
    if (wishes.hidesInitScripts && isBelow(String(mount['target']), INIT_SCRIPTS)) continue;
    made.volumes.push(mount['type'] === 'bind' ? bind(mount, wishes, made) : volume(mount, wishes, made));
  }
  if (wishes.hidesInitScripts) made.tmpfs = [...made.tmpfs, INIT_SCRIPTS];
  return made;
}

function isBelow(target: string, folder: string): boolean {
  const path = target.replace(/\/+$/, '');
  return path === folder || path.startsWith(`${folder}/`);
}

/** Volumes without a name are new in every project; images and temporary file systems are no one's. */
function volume(mount: Mapping, { filled, unpacked }: MountWishes, made: TwinMounts): Mapping {
  const { type, source } = mount;
  if (type !== 'volume' || typeof source !== 'string') return mount;
  if (unpacked.has(source)) return { ...mount, volume: { ...mapping(mount['volume']), nocopy: true } };
  if (!filled.has(source)) made.emptied.push({ what: `the volume ${source} is empty`, key: source });
  // A fresh volume has no such folder in it, and Docker does not make one; an archive has it.
  const { subpath, ...options } = mapping(mount['volume']);
  return filled.has(source) && subpath === undefined ? mount : { ...mount, volume: options };
}

function bind(mount: Mapping, wishes: MountWishes, made: TwinMounts): Mapping {
  const source = sourceOf(mount);
  const { target } = mount;
  const kind = wishes.binds[source] ?? 'missing';
  if (kind !== 'missing' && mount['read_only'] === true) return { ...boundTo(source, target), read_only: true };
  if (kind === 'file') {
    const to = `${wishes.copiesFolder}/${wishes.service}-${made.copies.length + 1}`;
    made.copies.push({ from: source, to });
    return boundTo(to, target);
  }
  const key = `evenkeel-bind-${wishes.service}-${made.fresh.length + 1}`;
  made.fresh.push(key);
  // A folder that is not there is empty in the stack as well.
  if (kind !== 'missing' && !wishes.filled.has(String(target)))
    made.emptied.push({ what: `${String(target)} is empty (bound from ${source})` });
  const own = { type: 'volume', source: key, target };
  return wishes.unpacked.has(String(target)) ? { ...own, volume: { nocopy: true } } : own;
}

/** Only what is there is bound: Docker would make a folder of a path that is not, on the live machine. */
function boundTo(source: string, target: unknown): Mapping {
  return { type: 'bind', source: written(source), target, bind: { create_host_path: false } };
}
