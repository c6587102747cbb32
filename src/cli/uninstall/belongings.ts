import { existsSync } from 'node:fs';
import { readdir, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { dockerodeEngine } from '../../docker/dockerode-engine.js';
import { dockerSays } from '../../docker/docker-says.js';
import { pinName } from '../../docker/pins.js';
import { KEPT_OF } from '../../spec/put-back-command.js';
import { type Layout, stackFolder } from '../../store/layout.js';
import { claimedHost } from '../../worker/claimed-hosts.js';
import { databasesElsewhere } from '../../worker/server/databases.js';
import { cacheFolder } from '../../worker/server/temporal-cli.js';
import { systemdOf } from '../service/systemd.js';
import type { Cli } from '../terminal.js';
import { ownHost } from '../this-host.js';
import { removeUnit } from '../verbs/service.js';
import { inTemporal } from './in-temporal.js';

/** Something of ours on this machine. */
export interface Belonging {
  what: string;
  place: string;
  /** `data` cannot be made again: releases, backups, histories, and the images that rollbacks need. */
  kind: 'made again' | 'data';
  /** Absent where it is not for us to remove; `remedy` is then how to. */
  remove?: () => Promise<void>;
  remedy?: string;
}

/** What the unit is called among them: it has to go first, since it keeps the rest at work. */
export const UNIT = 'systemd unit';

/** All there is, whatever is going to become of it. Containers, volumes and images of stacks are the stacks' own. */
export async function belongings(cli: Cli, layout: Layout): Promise<Belonging[]> {
  const { env } = cli;
  return [
    ...unit(env),
    ...(await inTemporal(cli, layout)),
    ...(await lockFolders(layout)),
    ...setUpsCache(env),
    ...(await pinnedImages(layout, env)),
    ...(await keptVolumes(layout, env)),
    ...(await backupsElsewhere(layout)),
    ...(await databases(layout)),
    ...stateFolder(layout),
  ];
}

function unit(env: NodeJS.ProcessEnv): Belonging[] {
  const systemd = systemdOf(env);
  if (!existsSync(systemd.unitFile)) return [];
  const remove = (): Promise<void> => removeUnit(systemd);
  return [{ what: UNIT, place: systemd.unitFile, kind: 'made again', remove }];
}

/** Only those of engines that this state folder's host works on: the folder is for all workers of the machine. */
async function lockFolders(layout: Layout): Promise<Belonging[]> {
  const own = await ownHost(layout);
  if (own === undefined) return [];
  const found: Belonging[] = [];
  for (const name of await namesIn(layout.lockDir)) {
    const place = path.join(layout.lockDir, name);
    if ((await claimedHost(layout, decodeURIComponent(name))) !== own) continue;
    const remove = (): Promise<void> => rm(place, { recursive: true, force: true });
    found.push({ what: 'locks', place, kind: 'made again', remove });
  }
  return found;
}

/** Set-up knows what else it did to this machine, and takes it back itself. */
function setUpsCache(env: NodeJS.ProcessEnv): Belonging[] {
  const place = cacheFolder(env);
  if (!existsSync(place)) return [];
  const remedy =
    'node scripts/setup/main.mjs --remove, in the clone: it also stops a dockerd and removes images that set-up made';
  return [{ what: "set-up's cache", place, kind: 'made again', remedy }];
}

async function pinnedImages(layout: Layout, env: NodeJS.ProcessEnv): Promise<Belonging[]> {
  const stacks = await namesIn(path.join(layout.home, 'stacks'));
  if (stacks.length === 0) return [];
  const ofOurs = stacks.flatMap((stack) => ['--filter', `reference=${pinName(stack, 's', '1').replace(/s:1$/, '*')}`]);
  const names = (await dockerSays(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', ...ofOurs], env)) ?? '';
  const engine = dockerodeEngine(env);
  return names
    .split('\n')
    .filter((name) => name !== '')
    .map((pin) => ({ what: 'pinned image', place: pin, kind: 'data', remove: () => engine.untag(pin) }));
}

/** What volumes had before a restore, which once more is somebody's data: never removed. */
async function keptVolumes(layout: Layout, env: NodeJS.ProcessEnv): Promise<Belonging[]> {
  const ofOurs = new Set(await namesIn(path.join(layout.home, 'stacks')));
  if (ofOurs.size === 0) return [];
  const format = `{{.Name}} {{.Label "${KEPT_OF}"}}`;
  const said = (await dockerSays(['volume', 'ls', '--filter', `label=${KEPT_OF}`, '--format', format], env)) ?? '';
  return said
    .split('\n')
    .map((line) => line.split(' ') as [string, string?])
    .filter(([, stack]) => stack !== undefined && ofOurs.has(stack))
    .map(([place, stack]) => {
      const what = `volume that keeps what ${stack} had before a restore`;
      return { what, place, kind: 'data', remedy: `docker volume rm ${place}` };
    });
}

/** Databases of servers that were told to keep them elsewhere. */
async function databases(layout: Layout): Promise<Belonging[]> {
  const there = (await databasesElsewhere(layout)).filter((file) => existsSync(file));
  return there.map((place) => ({
    what: "Temporal's database",
    place,
    kind: 'data',
    remove: async () => {
      for (const end of ['', '-wal', '-shm']) await rm(`${place}${end}`, { force: true });
    },
  }));
}

/** Where `backup.directory` is set, the state folder has links to backups that are elsewhere; those are never removed. */
async function backupsElsewhere(layout: Layout): Promise<Belonging[]> {
  const found: Belonging[] = [];
  for (const stack of await namesIn(path.join(layout.home, 'stacks'))) {
    const folder = path.join(stackFolder(layout, stack), 'backups');
    for (const id of await namesIn(folder)) {
      const place = await readlink(path.join(folder, id)).catch(() => undefined);
      if (place !== undefined) found.push({ what: 'backup', place, kind: 'data', remedy: `rm -r ${place}` });
    }
  }
  return found;
}

function stateFolder(layout: Layout): Belonging[] {
  if (!existsSync(layout.home)) return [];
  const remove = (): Promise<void> => rm(layout.home, { recursive: true, force: true });
  return [{ what: 'state folder (releases, backups, runs, history)', place: layout.home, kind: 'data', remove }];
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
