import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ContainerInspect } from '../docker/engine.js';
import { keptFile } from './kept-file.js';
import { redisAccess } from './redis-access.js';
import * as scripts from './redis-scripts.js';
import { type ReadPlace, type RestorePlace, StoreFailed, type StoreKind } from './store-kind.js';

const COUNTED = 'keys that do not expire';

const snapshotName = (store: string): string => `${store}.rdb`;

/**
 * Redis, Valkey and what speaks like them: one snapshot, taken without blocking. Keys that expire are in it and are not
 * counted, since they go while nobody looks.
 */
export const redis: StoreKind = {
  async dump(store, place) {
    const about = await lookAtServer(place);
    const name = snapshotName(store.id);
    const scratch = path.join(place.scripts.scratch, name);
    const access = await accessOf(place);
    await place.scripts.run({
      name: `dump-${name}`,
      doing: `dumping ${name}`,
      text: scripts.DUMP,
      args: [path.join(place.folder, name), scratch, place.container, scripts.DUMP_WITHIN, ...access.args],
      env: access.env,
    });
    const image = (await inspected(place)).Image;
    const counts = { [COUNTED]: await keysIn(store.id, { folder: place.folder, image, scripts: place.scripts }) };
    const { version, bytes: _bytes, role: _role, ...details } = about;
    return { files: [await keptFile(place.folder, name, scratch)], engine: version ?? 'Redis', counts, details };
  },

  async verify(backup, place) {
    const found = await keysIn(backup.id, place);
    const counted = backup.counts?.[COUNTED];
    if (found === counted) return;
    throw new StoreFailed(
      `${snapshotName(backup.id)}: it had ${counted} ${COUNTED} when it was dumped, and it has ${found}`,
    );
  },

  async beforeStart(backup, place) {
    const { dir, dbfilename, appendfilename, owner } = backup.details ?? {};
    const args = [
      path.join(place.folder, snapshotName(backup.id)),
      path.join(place.scripts.scratch, backup.id),
      place.container,
    ];
    await place.scripts.run({
      name: `place-${backup.id}`,
      doing: `placing ${snapshotName(backup.id)}`,
      text: scripts.PLACE,
      args: [...args, dir || '/data', dbfilename || 'dump.rdb', appendfilename || 'appendonly.aof', owner || '0:0'],
    });
  },

  async answers(_backup, place) {
    try {
      await within(place, scripts.COUNT_WITHIN);
      return true;
    } catch (error) {
      if (error instanceof StoreFailed) return false;
      throw error;
    }
  },

  async count(_backup, place) {
    const [, keys] = /^keys\|(\d+)$/m.exec(await within(place, scripts.COUNT_WITHIN)) ?? [];
    if (keys === undefined) throw new StoreFailed('Redis does not say how many keys it has');
    return { [COUNTED]: Number(keys) };
  },
};

type Place = Pick<RestorePlace, 'engine' | 'container' | 'scripts'>;

/** What a server says of itself, by name; `version` and `bytes` among it. Throws `StoreFailed` where it lets nobody in. */
export async function lookAtServer(place: Place): Promise<Record<string, string>> {
  const said = await within(place, scripts.LOOK_WITHIN);
  const lines = said.split('\n').flatMap((line): [string, string][] => {
    const [, name, value] = /^(\w+)\|(.+)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(lines);
}

async function within(place: Place, text: string): Promise<string> {
  const access = await accessOf(place);
  return place.scripts.look({
    doing: 'asking Redis',
    text: scripts.RUN_WITHIN,
    args: [place.container, text, ...access.args],
    env: access.env,
  });
}

/** A password goes into the environment of the child, and from there into that of the client. */
async function accessOf(place: Place): Promise<{ args: string[]; env: Record<string, string> }> {
  const { password, user, config, aclFile } = redisAccess(await inspected(place));
  return { args: [config, aclFile, user], env: password === undefined ? {} : { REDISCLI_AUTH: password } };
}

async function inspected({ engine, container }: Place): Promise<ContainerInspect> {
  const inspect = await engine.inspect(container);
  if (!inspect) throw new StoreFailed('its container is gone');
  return inspect;
}

async function keysIn(store: string, { folder, image, scripts: run }: ReadPlace): Promise<number> {
  const name = snapshotName(store);
  const reader = `evenkeel-reads-${path.basename(folder).replace(/[^\w-]/g, '')}-${store}`;
  const args = [path.join(folder, name), reader, image];
  const { size: bytes } = await stat(path.join(folder, name));
  const said = await run.look({ doing: `reading ${name}`, text: scripts.READ_SNAPSHOT, args, bytes });
  const [, keys] = /(\d+) keys read/.exec(said) ?? [];
  const [, expires] = /(\d+) expires/.exec(said) ?? [];
  if (!said.includes('looks OK') || keys === undefined || expires === undefined) {
    throw new StoreFailed(`${name}: redis-check-rdb cannot read it through`);
  }
  return Number(keys) - Number(expires);
}
