import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { diskRoom } from '../../host/disk-room.js';
import type { Layout } from '../../store/layout.js';
import { openMode } from '../../store/open-mode.js';
import { refuseNewerState, STATE_FORMAT, StateTooNew } from '../../store/state-format.js';
import { ownDatabase } from '../../worker/server/databases.js';
import { type Check, fail, ok, warn } from './check.js';

const LITTLE_ROOM_BYTES = 5 * 1024 ** 3;
const NO_ROOM_BYTES = 512 * 1024 ** 2;

/** Every folder that is written to, who may read it, and how much room there is. Makes none of them. */
export async function checkPlaces(layout: Layout): Promise<Check[]> {
  const state = await checkFolder('state folder', layout.home);
  const locks = await checkFolder('lock folder', layout.lockDir);
  const below = (name: string, place: string): Check => ok(name, path.join(layout.home, place));
  return [
    state.state === 'ok' ? await checkPrivate(state, layout.home) : state,
    locks,
    await checkFormat(layout),
    below('registry', 'registry'),
    below('releases, runs', 'stacks'),
    ok('database', ownDatabase(layout)),
    below('logs', 'logs'),
    await checkRoom(layout.home),
  ];
}

async function checkFormat(layout: Layout): Promise<Check> {
  try {
    return ok('state format', `${(await refuseNewerState(layout)) || STATE_FORMAT}`);
  } catch (error) {
    if (!(error instanceof StateTooNew)) throw error;
    return fail('state format', error.message, error.remedy);
  }
}

/** A folder that is there has to be writable; one that is not, its nearest parent. */
async function checkFolder(name: string, folder: string): Promise<Check> {
  const nearest = await nearestExisting(folder);
  const writable = await access(nearest, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (writable) return ok(name, nearest === folder ? folder : `${folder} (made when needed)`);
  return fail(
    name,
    `${nearest} is not writable for this user`,
    'run as the user of the worker, or set EVENKEEL_HOME and EVENKEEL_LOCK_DIR',
  );
}

async function checkPrivate(check: Check, folder: string): Promise<Check> {
  const mode = await openMode(folder);
  if (mode === undefined) return check;
  return warn(check.name, `${folder} has mode ${mode}: others may read the secrets in it`, `chmod 700 ${folder}`);
}

async function checkRoom(folder: string): Promise<Check> {
  const { freeBytes } = await diskRoom(await nearestExisting(folder));
  const found = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`;
  if (freeBytes < NO_ROOM_BYTES)
    return fail('disk', found, 'make room; docker builder prune frees what builds have cached');
  if (freeBytes < LITTLE_ROOM_BYTES) return warn('disk', found, 'make room before the next build');
  return ok('disk', found);
}

async function nearestExisting(folder: string): Promise<string> {
  for (let place = folder; ; place = path.dirname(place)) {
    if (place === path.dirname(place)) return place;
    const there = await stat(place).then(
      () => true,
      () => false,
    );
    if (there) return place;
  }
}
