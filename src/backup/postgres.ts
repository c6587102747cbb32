import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BackupFile, StoreBackup } from '../spec/backup.js';
import { encodeName } from '../store/layout.js';
import { writePrivate } from '../store/private-file.js';
import { bestCompression, type Compression, PACKINGS, unpackerOf } from './compression.js';
import { keptFile } from './kept-file.js';
import { COUNT_SQL, countsSaid, DUMP_SQL, dumpEndedWell, rowsInArchive } from './postgres-sql.js';
import * as scripts from './postgres-scripts.js';
import type { Look, Scripts } from './scripts.js';
import { type DumpPlace, type ReadPlace, StoreFailed, type StoreKind } from './store-kind.js';
import { withoutRows } from './without-rows.js';

/** What a look at a server tells. */
interface Server {
  /** The container's user by which one gets in; empty: its own. */
  who: string;
  /** The user of the server by which one gets in. */
  user: string;
  version: string;
  isSuper: boolean;
  /** The line by which a dump of roles would make the role that every server has from its beginning. */
  bootstrap: string;
  /** `own`: they belong to a role that the user is, or is a member of; to a superuser all do. */
  databases: { name: string; bytes: number; own: boolean }[];
  /** Databases that nobody can connect to, and templates beside those that every server has. */
  closed: { name: string; isTemplate: boolean }[];
  /** It follows another server, and takes no writes. */
  isReplica: boolean;
  /** Where it keeps its files, as far as the user may see it. */
  folders: string[];
}

/** The databases that the user can put back: its own. A user that has none is not told so until it cannot read. */
export function ownDatabases({ databases }: Pick<Server, 'databases'>): Server['databases'] {
  const own = databases.filter((database) => database.own);
  return own.length > 0 ? own : databases;
}

/** What a file's name begins with; a database may be called anything. */
const archiveStem = (store: string, database: string): string => `${store}--${encodeName(database)}.dump`;
const rolesName = (store: string): string => `${store}--roles.sql`;

/**
 * PostgreSQL: one archive a database in pg_dump's own format, with the exact number of rows of each table seen from the
 * dump's own snapshot; roles besides.
 */
export const postgres: StoreKind = {
  async dump(store, place) {
    const { scratch } = place.scripts;
    const server = await lookAtServer(place);
    const wanted = store.databases ?? ownDatabases(server).map(({ name }) => name);
    await writePrivate(path.join(scratch, 'dump.sql'), DUMP_SQL);
    const files: BackupFile[] = [await dumpRoles(store.id, place, server)];
    const counts: Record<string, number> = {};
    for (const database of wanted) {
      const dumped = await dumpDatabase(store.id, database, place, server);
      files.push(dumped.file);
      for (const [table, rows] of Object.entries(dumped.counts)) counts[`${inCounts(database)}.${table}`] = rows;
    }
    const image = (await place.engine.inspect(place.container))?.Image;
    if (image === undefined) throw new StoreFailed(`dumping ${store.id}: its container is gone`);
    await readThrough({ id: store.id, files, databases: wanted, counts }, { ...place, image });
    const details = { ...(place.user === undefined ? {} : { user: place.user }) };
    return { files, engine: `PostgreSQL ${server.version}`, counts, databases: wanted, details };
  },

  verify: readThrough,

  async answers(backup, { container, scripts: run }) {
    try {
      await within(run, { container, who: '' }, scripts.ANSWERS_WITHIN, [userOf(backup), 'evenkeel']);
      return true;
    } catch (error) {
      if (error instanceof StoreFailed) return false;
      throw error;
    }
  },

  async fill(backup, { container, folder, scripts: run }) {
    const server = await lookAtServer({ container, scripts: run, session: 'evenkeel', user: userOf(backup) });
    const restore = async (file: BackupFile, text: string, args: string[]): Promise<void> => {
      const { name } = file;
      const from = [path.join(folder, name), await unpackerOf(file), path.join(run.scratch, `restore-${name}`)];
      await run.run({
        name: `restore-${name}`,
        doing: `restoring ${name}`,
        text: scripts.RESTORE,
        args: [...from, container, server.who, text, userOf(backup), 'evenkeel', ...args],
      });
    };
    // Who is no superuser makes no roles; those of the image's own have been made by it.
    if (server.isSuper) await restore(fileOf(backup, rolesName(backup.id)), scripts.RESTORE_ROLES_WITHIN, []);
    for (const database of backup.databases ?? []) {
      await restore(archiveOf(backup, database), scripts.RESTORE_WITHIN, [database]);
    }
  },

  async count(backup, { container, scripts: run }) {
    const server = await lookAtServer({ container, scripts: run, session: 'evenkeel', user: userOf(backup) });
    const sql = path.join(run.scratch, 'count.sql');
    await writePrivate(sql, COUNT_SQL);
    const counts: Record<string, number> = {};
    for (const { name } of server.databases) {
      if (!backup.databases?.includes(name)) continue;
      const at = { container, who: server.who };
      const args = [userOf(backup), 'evenkeel', name];
      const { bytes } = archiveOf(backup, name);
      const said = await within(run, at, scripts.COUNT_WITHIN, args, { input: sql, bytes });
      for (const [table, rows] of Object.entries(countsSaid(said))) counts[`${inCounts(name)}.${table}`] = rows;
    }
    return counts;
  },
};

async function readThrough(
  backup: Pick<StoreBackup, 'id' | 'files' | 'databases' | 'counts'>,
  { folder, image, scripts: run }: ReadPlace,
): Promise<void> {
  const reader = `evenkeel-reads-${path.basename(folder).replace(/[^\w-]/g, '')}-${backup.id}`;
  for (const database of backup.databases ?? []) {
    const file = archiveOf(backup, database);
    const { name } = file;
    const said = await run.look({
      doing: `reading ${name}`,
      text: scripts.READ_ARCHIVE,
      bytes: file.bytes,
      args: [
        path.join(folder, name),
        await unpackerOf(file),
        reader,
        image,
        path.join(run.scratch, `${name}.rows`),
        scripts.TALLY,
      ],
    });
    refuseFewerRows(name, countsOf(backup, database), rowsInArchive(said));
  }
}

/** Asks the server itself what it is. Throws `StoreFailed` with its own words where nobody gets in. */
export async function lookAtServer(
  place: Pick<DumpPlace, 'container' | 'scripts' | 'session' | 'user'>,
): Promise<Server> {
  const said = await place.scripts.look({
    doing: 'asking PostgreSQL for its databases',
    text: scripts.LOOK,
    args: [place.container, scripts.LOOK_WITHIN, place.user ?? '', place.session],
  });
  const lines = said.split('\n');
  const one = (name: string): string =>
    lines
      .find((line) => line.startsWith(`${name}|`))
      ?.slice(name.length + 1)
      .trim() ?? '';
  const databases = lines.flatMap((line) => {
    const [, bytes, own, name] = /^database\|(\d+)\|(true|false)\|(.+)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, bytes: Number(bytes), own: own === 'true' }];
  });
  const closed = lines.flatMap((line) => {
    const [, isTemplate, name] = /^closed\|(true|false)\|(.+)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, isTemplate: isTemplate === 'true' }];
  });
  return {
    who: one('who'),
    user: one('user'),
    version: one('version').split(' ')[0]!,
    isSuper: one('super') === 'true',
    bootstrap: one('bootstrap'),
    databases,
    closed,
    isReplica: one('replica') === 'true',
    folders: lines.flatMap((line) => /^folder\|(\/.*)$/.exec(line)?.[1] ?? []),
  };
}

async function dumpRoles(store: string, place: DumpPlace, server: Server): Promise<BackupFile> {
  const name = rolesName(store);
  const args = [server.bootstrap, String(server.isSuper)];
  return (
    await dumpFile({ name }, '/dev/null', place, server, [
      scripts.ROLES_WITHIN,
      place.user ?? '',
      place.session,
      ...args,
    ])
  ).file;
}

async function dumpDatabase(
  store: string,
  database: string,
  place: DumpPlace,
  server: Server,
): Promise<{ file: BackupFile; counts: Record<string, number> }> {
  const compression = await bestCompression();
  const name = `${archiveStem(store, database)}${PACKINGS[compression].ending}`;
  const sql = path.join(place.scripts.scratch, 'dump.sql');
  const within = [scripts.DUMP_WITHIN, place.user ?? '', place.session, database];
  const { file, said } = await dumpFile({ name, compression }, sql, place, server, within);
  // psql ends with 0 whatever the dump that it calls ends with.
  if (!dumpEndedWell(said)) {
    const excerpt = withoutRows(said.split('\n')).filter(
      (line) => line !== '' && !/^(rows\||dump-rc\||\d+$)/.test(line),
    );
    throw new StoreFailed(`dumping ${name}: ${place.scripts.redact(excerpt.at(-1) ?? 'pg_dump failed')}`);
  }
  return { file, counts: countsSaid(said) };
}

async function dumpFile(
  { name, compression }: { name: string; compression?: Compression },
  input: string,
  place: DumpPlace,
  server: Server,
  command: string[],
): Promise<{ file: BackupFile; said: string }> {
  const scratch = path.join(place.scripts.scratch, name);
  const pack = compression === undefined ? 'cat' : PACKINGS[compression].pack;
  const endSessions = async (): Promise<void> => {
    const args = [place.user ?? '', place.session];
    const at = { container: place.container, who: server.who };
    await within(place.scripts, at, scripts.END_SESSIONS_WITHIN, args, { isUndo: true });
  };
  await place.scripts.run({
    name: `dump-${name}`,
    doing: `dumping ${name}`,
    text: scripts.DUMP,
    args: [path.join(place.folder, name), scratch, pack, input, place.container, server.who, ...command],
    // Who killed the child did not reach what it began within the container.
    afterKill: endSessions,
  });
  const file = { ...(await keptFile(place.folder, name, scratch)), ...(compression && { compression }) };
  return { file, said: await readFile(`${scratch}.said`, 'utf8') };
}

async function within(
  run: Scripts,
  at: { container: string; who: string },
  text: string,
  args: string[],
  { input = '/dev/null', ...more }: Pick<Look, 'bytes' | 'isUndo'> & { input?: string } = {},
): Promise<string> {
  return run.look({
    ...more,
    doing: 'asking PostgreSQL',
    text: `exec <"$1"\nshift\n${scripts.RUN_WITHIN}`,
    args: [input, at.container, at.who, text, ...args],
  });
}

/** A backup's file of that name, whatever it is packed with. */
function fileOf({ id, files }: Pick<StoreBackup, 'id' | 'files'>, stem: string): BackupFile {
  const file = files.find(({ name, compression }) => name === stem + (compression ? PACKINGS[compression].ending : ''));
  if (!file) throw new StoreFailed(`${id}: the backup has no ${stem}`);
  return file;
}

function archiveOf(backup: Pick<StoreBackup, 'id' | 'files'>, database: string): BackupFile {
  return fileOf(backup, archiveStem(backup.id, database));
}

function userOf(backup: StoreBackup): string {
  return backup.details?.['user'] ?? '';
}

/** The rows of each table of a database of a backup, by the table's name. */
export function countsOf(backup: Pick<StoreBackup, 'counts'>, database: string): Record<string, number> {
  const beginning = `${inCounts(database)}.`;
  const own = Object.entries(backup.counts ?? {}).filter(([name]) => name.startsWith(beginning));
  return Object.fromEntries(own.map(([name, rows]) => [name.slice(beginning.length), rows]));
}

/** Quoted where it might be taken for a database and a schema. */
function inCounts(database: string): string {
  return /^\w+$/.test(database) ? database : `"${database.replaceAll('"', '""')}"`;
}

/** Large objects are no table; tables that belong to an extension are in an archive and were not counted. */
function refuseFewerRows(name: string, counted: Record<string, number>, found: Record<string, number>): void {
  for (const [table, rows] of Object.entries(counted)) {
    if (table === 'large objects') continue;
    if (found[table] === rows) continue;
    const has = found[table] === undefined ? 'it does not have the table' : `it has ${found[table]}`;
    throw new StoreFailed(`${name}: ${table} had ${rows} rows when it was dumped, and ${has}`);
  }
}
