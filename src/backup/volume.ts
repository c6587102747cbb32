import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { BackupFile, StoreBackup, StoreRef } from '../spec/backup.js';
import { bestCompression, PACKINGS, unpackerOf } from './compression.js';
import { letGo, letGoFor, noteHeld, stoppingFile } from './held-containers.js';
import { keptFile } from './kept-file.js';
import { type DumpPlace, LookFailed, StoreFailed, type StoreKind } from './store-kind.js';
import * as scripts from './volume-scripts.js';

/** How often a volume is copied until a copy is whole. */
const MOST_COPIES = 4;

/**
 * A volume, or a folder of the host that a service writes to: a tar archive with owners, modes and links. Programs go on
 * writing meanwhile unless the configuration says otherwise, so it is as a machine leaves it that loses its power; of a
 * database, whose files belong together, it is that at best.
 */
export const volume: StoreKind = {
  async dump(store, place) {
    const compression = await bestCompression();
    const { ending, pack } = PACKINGS[compression];
    const name = `${store.id}.tar${ending}`;
    const scratch = path.join(place.scripts.scratch, name);
    const { image, mount } = await mountOf(store, place, ',readonly');
    const consistency = place.consistency ?? 'crash';
    const held = await noteHeld(place.folder, store.id, async () => ({
      how: consistency,
      beside: `evenkeel-copies-${place.session}-${store.id}`.replace(/[^\w.-]/g, '-'),
      containers: consistency === 'crash' ? [] : await usersOf(mount.from, place),
    }));
    const putBack = (): Promise<void> => letGo(place.folder, store.id, place.scripts);
    for (let attempt = 1; ; attempt += 1) {
      await place.scripts.run({
        name: attempt === 1 ? `dump-${name}` : `dump-${name}~${attempt}`,
        doing: `copying ${store.id}`,
        text: scripts.DUMP,
        args: [
          ...[path.join(place.folder, name), scratch, held.beside, image, mount.option],
          ...[pack, held.how, stoppingFile(place.folder, store.id), ...held.containers],
        ],
        prepare: putBack,
        afterKill: putBack,
      });
      await putBack();
      const counts = await countArchive(place.folder, { name, compression }, place.scripts).catch((error: unknown) => {
        // A file that shrinks while it is being copied spoils what comes after it.
        if (!(error instanceof StoreFailed) || error instanceof LookFailed) throw error;
        if (attempt < MOST_COPIES) return undefined;
        const next = 'if its files change all the time, write x-evenkeel: { backup: { consistency: pause } }';
        throw new StoreFailed(`${error.message}; ${next}`, error.excerpt);
      });
      if (!counts) continue;
      const file = await keptFile(place.folder, name, scratch);
      await letGoFor(place.folder, store.id, place.scripts);
      const isFuzzy = held.how === 'crash' && store.filesOf !== undefined;
      return { files: [{ ...file, compression }], counts, consistency: isFuzzy ? 'fuzzy' : held.how };
    }
  },

  async verify(backup, { folder, scripts: run }) {
    const file = backup.files[0]!;
    const { name } = file;
    const found = await countArchive(folder, file, run);
    for (const [what, counted] of Object.entries(backup.counts ?? {})) {
      if (found[what] === counted) continue;
      throw new StoreFailed(`${name}: it had ${counted} ${what} when it was made, and it has ${found[what] ?? 0}`);
    }
  },

  async beforeStart(backup, place) {
    const { folder, scripts: run } = place;
    const file = backup.files[0]!;
    const { name } = file;
    const unpack = await unpackerOf(file);
    const { image, mount } = await mountOf(backup, place, '');
    const beside = besideName('places', backup, place);
    await run.run({
      name: `place-${backup.id}`,
      doing: `restoring ${name}`,
      text: scripts.PLACE,
      args: [path.join(folder, name), unpack, path.join(run.scratch, name), beside, image, mount.option],
      afterKill: async () => {
        const args = [beside, 'crash', ''];
        await run.look({ doing: `ending the restore of ${backup.id}`, text: scripts.PUT_BACK, args, isUndo: true });
      },
    });
  },

  answers: () => Promise.resolve(true),

  async count(backup, place) {
    const { scripts: run } = place;
    const { image, mount } = await mountOf(backup, place, ',readonly');
    const scratch = path.join(run.scratch, `${backup.id}.count`);
    const args = [scratch, besideName('counts', backup, place), image, mount.option];
    return countsIn(
      await run.look({ doing: `counting ${backup.id}`, text: scripts.COUNT, args, bytes: bytesOf(backup) }),
    );
  },
};

/** The id of a volume without a name has an encoded path in it, and Docker takes no percent sign in a name. */
function besideName(does: string, { id }: StoreRef, { container }: Pick<DumpPlace, 'container'>): string {
  return `evenkeel-${does}-${container.slice(0, 12)}-${id.replace(/[^A-Za-z0-9_.-]/g, '.')}`;
}

function bytesOf({ files }: StoreBackup): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function countArchive(
  folder: string,
  file: Pick<BackupFile, 'name' | 'compression'>,
  run: DumpPlace['scripts'],
): Promise<Record<string, number>> {
  const { name } = file;
  const args = [path.join(folder, name), await unpackerOf(file), path.join(run.scratch, `${name}.read`)];
  const { size: bytes } = await stat(path.join(folder, name));
  return countsIn(await run.look({ doing: `reading ${name}`, text: scripts.READ_ARCHIVE, args, bytes }));
}

function countsIn(said: string): Record<string, number> {
  const lines = said.split('\n').flatMap((line): [string, number][] => {
    const [, what, count] = /^(\w+)\|(\d+)$/.exec(line) ?? [];
    return what === undefined ? [] : [[what, Number(count)]];
  });
  return Object.fromEntries(lines);
}

/** How Docker is told to mount the same thing elsewhere. */
async function mountOf(
  { id, target }: StoreRef,
  { engine, container }: Pick<DumpPlace, 'engine' | 'container'>,
  access: ',readonly' | '',
): Promise<{ image: string; mount: { option: string; from: string } }> {
  const inspect = await engine.inspect(container);
  const mount = inspect?.Mounts.find(({ Destination }) => Destination === target);
  if (!inspect || !mount) throw new StoreFailed(`${id}: its container mounts nothing at ${target} any more`);
  const from = mount.Type === 'volume' ? mount.Name! : mount.Source;
  const quoted = /[",]/.test(from) ? `"source=${from.replaceAll('"', '""')}"` : `source=${from}`;
  const option = `type=${mount.Type},${quoted},target=/evenkeel${access}`;
  return {
    image: inspect.Image,
    mount: { option: mount.Type === 'volume' ? `${option},volume-nocopy` : option, from },
  };
}

/** Ids of the running containers that mount it. */
async function usersOf(from: string, { scripts: run }: DumpPlace): Promise<string[]> {
  const text = 'docker ps --quiet --no-trunc --filter "volume=$1" --filter status=running';
  return (await run.look({ doing: 'looking who uses the volume', text, args: [from] })).split('\n').filter(Boolean);
}
