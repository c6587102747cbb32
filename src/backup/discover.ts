import { compareText } from '../plan/words.js';
import type { LeftStore, StoreRef, StoreType } from '../spec/backup.js';
import type { ServiceBackupPolicy } from '../spec/stack-spec.js';
import { encodeName } from '../store/layout.js';
import type { BindKind } from '../twin/binds.js';
import { filesOf } from './file-databases.js';
import { imageName } from './image-name.js';
import { guessedFolders, holdsMore, mountsOfServer, walFolders } from './server-folders.js';

/** One container, as far as it matters for finding data. */
export interface SeenContainer {
  service: string;
  id: string;
  /** Compose's number of it within its service, from 1. */
  number: number;
  /** The reference it was created from. */
  image: string;
  /** `NAME=value`; stays on the host. */
  environment: string[];
  /** Entrypoint and command; stay on the host. */
  command: string[];
  workingDir: string;
  running: boolean;
  mounts: SeenMount[];
}

export interface SeenMount {
  type: string;
  /** Of a volume: its name on the engine. */
  name?: string;
  /** Where the host has it. */
  source: string;
  target: string;
  writable: boolean;
  /** Of a bound path: what is there. */
  kind?: BindKind;
}

/** A store with what it takes to reach it; `mountedBy` are the services that can write to it, or that speak with it. */
export interface FoundStore extends StoreRef {
  container: string;
  mountedBy: string[];
  /** Everything is stopped that could write to it. */
  isAtRest: boolean;
  /** Nothing but the command of its container says that it is a database. */
  isGuess?: true;
}

export interface Discovery {
  stores: FoundStore[];
  /** Data that is not going to be backed up, whoever changes, by service. */
  left: (LeftStore & { service: string })[];
}

/** What is known of the stack beside its containers. */
export interface Surroundings {
  /** The project's directory. */
  directory: string;
  /** Keys of volumes in the Compose file, by their name on the engine. */
  volumeKeys: Record<string, string>;
  policies: Record<string, ServiceBackupPolicy>;
  /**
   * By id of its container, where a database says that it keeps its files; one that is not named is taken to keep them where its image
   * does. `none`: files of databases are stores too, which finds any of them again, whatever has been said of folders before.
   */
  folders?: Record<string, string[]> | 'none';
}

/**
 * Finds the data of a stack in its containers: databases that know how to dump themselves, and all else that can be written
 * to, each once. What a database keeps its files in is not copied besides; one that does not run is copied as files. Files
 * of a database belong to the container that runs it, whoever else mounts them.
 */
export function discoverStores(containers: SeenContainer[], around: Surroundings): Discovery {
  const sorted = [...containers].sort((a, b) => compareText(a.service, b.service) || a.number - b.number);
  const left: Discovery['left'] = [];
  const databases = sorted.filter((container) => container.running && databaseType(container, around) !== undefined);
  const covered = new Set(databases.flatMap((container) => ownMounts(container, around).map(identity)));
  const isFirst = ({ number, service }: SeenContainer): boolean =>
    number === Math.min(...databases.filter((one) => one.service === service).map((one) => one.number));
  left.push(...databases.flatMap((container) => besidesDatabase(container, isFirst(container), sorted, around)));
  const stores = databases.filter(isFirst).map((container): FoundStore => {
    const type = databaseType(container, around)!;
    const { database } = around.policies[container.service] ?? {};
    return {
      ...{ id: `${type}-${encodeName(container.service)}`, type, service: container.service },
      ...(type === 'postgres' && database !== undefined ? { databases: [database] } : {}),
      ...{ container: container.id, mountedBy: [container.service], isAtRest: false },
      ...(isGuess(container, around) ? { isGuess: true } : {}),
    };
  });
  const files = new Map<string, FileStore>();
  for (const container of sorted) {
    for (const mount of container.mounts) {
      if (!mount.writable || covered.has(identity(mount)) || !['volume', 'bind'].includes(mount.type)) continue;
      const known = files.get(identity(mount));
      const why = known ? undefined : whyLeft(container, mount, around);
      if (why !== undefined) left.push({ what: mount.name ?? mount.source, why, service: container.service });
      else files.set(identity(mount), withUser(known, fileStore(container, mount, around, databases)));
    }
  }
  const all = [...stores, ...[...files.values()].map(({ store }) => store)];
  return { stores: all.sort((a, b) => compareText(a.id, b.id)), left };
}

/** Files, and what tells whose they are. */
interface FileStore {
  store: FoundStore;
  by?: 'image' | 'place';
}

/** The same files, with one more container that mounts them. */
function withUser(known: FileStore | undefined, found: FileStore): FileStore {
  if (!known) return found;
  const owner = RANK[found.by ?? 'nothing'] > RANK[known.by ?? 'nothing'] ? found : known;
  const mountedBy = [...known.store.mountedBy, ...found.store.mountedBy];
  const isAtRest = known.store.isAtRest && found.store.isAtRest;
  return { ...owner, store: { ...owner.store, mountedBy, isAtRest } };
}

const RANK = { nothing: 0, place: 1, image: 2 };

/** The services of which a running container mounts a store, be it only to read. */
export function mountersOf({ container, target }: FoundStore, containers: SeenContainer[]): string[] {
  const mount = containers.find(({ id }) => id === container)?.mounts.find((one) => one.target === target);
  if (!mount) return [];
  const users = containers.filter(
    ({ running, mounts }) => running && mounts.some((one) => identity(one) === identity(mount)),
  );
  return [...new Set(users.map(({ service }) => service))].sort(compareText);
}

/** What a container is, by what its operator says, else by the server that it runs. */
export function databaseType(
  container: SeenContainer,
  around: Pick<Surroundings, 'policies'>,
): Exclude<StoreType, 'volume'> | undefined {
  const said = around.policies[container.service]?.type;
  if (said !== undefined) return said === 'postgres' || said === 'redis' ? said : undefined;
  const image = imageName(container.image);
  const command = container.command.join(' ');
  const isLeftToImage = LEFT_TO_IMAGE.test(command);
  if (RUNS_POSTGRES.test(command) && (valueOf(container, 'PGDATA') !== undefined || POSTGRES_IMAGES.has(image))) {
    return 'postgres';
  }
  if (POSTGRES_IMAGES.has(image) && isLeftToImage) return 'postgres';
  if (/(^|[\s/])redis-sentinel\b|\s--sentinel\b/.test(command)) return undefined;
  return RUNS_REDIS.test(command) || (REDIS_IMAGES.has(image) && isLeftToImage) ? 'redis' : undefined;
}

/** PostgreSQL is taken for it only where its image or its own variable says so as well. */
function isGuess(container: SeenContainer, { policies }: Pick<Surroundings, 'policies'>): boolean {
  if (policies[container.service]?.type !== undefined) return false;
  const isKnown = REDIS_IMAGES.has(imageName(container.image));
  return databaseType(container, { policies }) === 'redis' && !isKnown;
}

/** Images by the last part of their name, whole: a word within the name of a built image says nothing. */
const POSTGRES_IMAGES = new Set(['postgres', 'postgresql', 'postgis', 'pgvector', 'timescaledb', 'timescaledb-ha']);
const REDIS_IMAGES = new Set(['redis', 'valkey', 'keydb', 'redis-stack', 'redis-stack-server']);

/** The server as the program that is run; `psql -U postgres` and `wait-for postgres` run another one. */
const RUNS_POSTGRES =
  /(?:^|[;&|\n]\s*|\bexec\s+|entrypoint(?:\.sh)?\s+|\s--\s+|\s-c\s+|\b(?:gosu|su-exec)\s+\S+\s+)(?:\S*\/)?(?:postgres|postmaster|postgresql\/run\.sh)(?=[\s;&]|$)/;
const RUNS_REDIS = /(?:^|[\s/])(?:redis|valkey|keydb)-server\b|\/(?:redis|valkey)\/run\.sh\b/;
/** No command, or nothing but options and a settings file for what the image runs by itself. */
const LEFT_TO_IMAGE = /^$|entrypoint(?:\.sh)?(?:$|\s+-|\s+\S+\.conf\b)/;

/** A client by its own name, run as it is or by the entrypoint of the image. */
const RUNS_CLIENT =
  /^(?:\S*entrypoint(?:\.sh)?\s+)?(?:\S*\/)?(?:psql|pg_(?:dump|dumpall|restore|isready|basebackup)|mysql|mysqldump|mariadb|mariadb-dump|mongosh?|mongo(?:dump|restore)|redis-cli|valkey-cli)(?=\s|$)/;

/** Whether a container has the image of a database and runs something else of it: a migration, a copy, an API beside it. */
function isClient(container: SeenContainer): boolean {
  if (RUNS_CLIENT.test(container.command.join(' '))) return true;
  const image = imageName(container.image);
  const isKnown = POSTGRES_IMAGES.has(image) || REDIS_IMAGES.has(image);
  return isKnown && databaseType(container, { policies: {} }) === undefined;
}

/** Mounts that hold the files of a database. */
function ownMounts(container: SeenContainer, around: Surroundings): SeenMount[] {
  return mountsOfServer(container.mounts, foldersOf(container, around), databaseType(container, around)!);
}

function foldersOf(container: SeenContainer, around: Surroundings): string[] {
  if (around.folders === 'none') return [];
  const said = around.folders?.[container.id];
  return said ? [...said, ...walFolders(container)] : guessedFolders(container, databaseType(container, around)!);
}

/** What is not in the dump of a database, and goes uncopied because of it. `containers` are all of the stack. */
function besidesDatabase(
  database: SeenContainer,
  isFirst: boolean,
  containers: SeenContainer[],
  around: Surroundings,
): Discovery['left'] {
  const { service, number } = database;
  if (!isFirst) {
    const why = `of the containers of ${service} only the first one is dumped`;
    return [{ what: `${service}, container ${number}`, why, service }];
  }
  const folders = foldersOf(database, around);
  return ownMounts(database, around).flatMap((mount) => {
    const others = containers.filter(
      (one) => one.service !== service && one.running && one.mounts.some((other) => isSameWritable(other, mount)),
    );
    if (others.length === 0 && !holdsMore(mount, folders)) return [];
    const who = [...new Set(others.map((one) => one.service))].join(', ');
    const why = `${service} keeps its database in it, and only that is dumped${who === '' ? '' : `; ${who} can write to it too`}`;
    return [{ what: mount.name ?? mount.source, why, service }];
  });
}

function isSameWritable(mount: SeenMount, other: SeenMount): boolean {
  return mount.writable && identity(mount) === identity(other);
}

function whyLeft(
  { service }: SeenContainer,
  mount: SeenMount,
  { directory, policies }: Surroundings,
): string | undefined {
  if (policies[service]?.type === 'none') return 'x-evenkeel.backup.type of its service is none';
  if (mount.type === 'volume') return undefined;
  if (mount.kind === 'missing') return 'it is not there';
  if (mount.kind === 'file') return 'it is a single file; bind its folder instead to have it backed up';
  if (!mount.kind?.includes('folder')) return 'it is no folder';
  if (mount.source === directory || !isWithin(mount.source, directory)) {
    return `it is bound from outside of a folder of its own below ${directory}`;
  }
  return undefined;
}

function fileStore(
  container: SeenContainer,
  mount: SeenMount,
  { volumeKeys }: Surroundings,
  dumped: SeenContainer[],
): FileStore {
  const { service } = container;
  const key = mount.name === undefined ? undefined : volumeKeys[mount.name];
  const number = container.number === 1 ? '' : `-${container.number}`;
  // A database that is dumped has in its other mounts what is none of its own, and a client brings no more than its image's folders.
  const owner = dumped.includes(container) || isClient(container) ? undefined : filesOf(container, mount);
  const store: FoundStore = {
    id:
      key === undefined
        ? `volume-${encodeName(service)}${number}-${encodeName(mount.target.slice(1))}`
        : `volume-${encodeName(key)}`,
    ...{ type: 'volume', service, target: mount.target },
    ...(mount.name === undefined ? {} : { volume: mount.name }),
    ...(owner === undefined ? {} : { filesOf: owner.name }),
    ...{ container: container.id, mountedBy: [service], isAtRest: !container.running },
  };
  return { store, ...(owner === undefined ? {} : { by: owner.by }) };
}

function identity({ type, name, source }: SeenMount): string {
  return type === 'volume' ? `volume ${name}` : `bind ${source}`;
}

function isWithin(inner: string, outer: string): boolean {
  const [a, b] = [inner.replace(/\/+$/, ''), outer.replace(/\/+$/, '')];
  return a === b || a.startsWith(`${b}/`);
}

function valueOf({ environment }: SeenContainer, name: string): string | undefined {
  return environment.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}
