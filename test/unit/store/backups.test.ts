import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { StoreBackup } from '../../../src/spec/backup.js';
import { DyingDisk } from '../../support/dying-disk.js';

const disk = new DyingDisk();
jest.unstable_mockModule('node:fs/promises', () => disk.module);
const { draftFolder, listBackups, noteStore, openBackup, removeBackup, sealDraft, discardDraft, listDrafts } =
  await import('../../../src/store/backups.js');

let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ek-backups-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const WHERE = [
  ['in the state folder', false],
  ['in a folder of the operator', true],
] as const;

interface Place {
  layout: { home: string; lockDir: string };
  stack: string;
  id: string;
  directory?: string;
}

/** A state folder of its own, and perhaps a folder of an operator's. */
async function aPlace(isElsewhere: boolean): Promise<Place> {
  const own = await mkdtemp(path.join(home, 'one-'));
  const layout = { home: path.join(own, 'state'), lockDir: own };
  return { layout, stack: 'shop', id: 'one', ...(isElsewhere ? { directory: path.join(own, 'kept') } : {}) };
}

const STORES = ['postgres-db', 'volume-uploads'];

/** Two dumps that are whole. */
async function dumped(place: Place): Promise<Place> {
  const folder = await draftFolder(place);
  for (const id of STORES) {
    const name = `${id}.dump`;
    await writeFile(path.join(folder, name), id);
    const files = [{ name, bytes: id.length, sha256: 'x' }];
    await noteStore(folder, { ...{ id, type: 'postgres', service: 'db', files }, ...TIMES } satisfies StoreBackup);
  }
  return place;
}

const TIMES = { counts: { rows: 3 }, imageId: 'i', takenAtMs: 1, durationMs: 1 };

function seal(place: Place) {
  return sealDraft(place, { atMs: 1, workflowId: 'w', runId: 'r', stores: STORES, reused: [], left: [] });
}

/** Every file, folder and link that is there, wherever it is kept; a single file whose writing was killed aside. */
async function filesOf({ layout, stack, directory }: Place): Promise<string[]> {
  const places = [
    path.join(layout.home, 'stacks', stack, 'backups'),
    ...(directory ? [path.join(directory, stack)] : []),
  ];
  const found = await Promise.all(
    places.map(async (place) =>
      (await readdir(place, { recursive: true, withFileTypes: true }).catch(() => []))
        .filter((entry) => !entry.name.endsWith('.tmp'))
        .map((entry) => path.join(path.relative(place, entry.parentPath), entry.name)),
    ),
  );
  return found.flat().sort();
}

const SEALED = ['one', ...['manifest.json', ...STORES.map((id) => `${id}.dump`)].map((name) => `one/${name}`)];

describe('sealing a backup', () => {
  it.each(WHERE)('%s is gone on with, wherever a worker was killed in it', async (_where, isElsewhere) => {
    await disk.killAtEachPoint(
      async () => dumped(await aPlace(isElsewhere)),
      seal,
      async (place, when) => {
        const manifest = await seal(place);
        expect([when, manifest.stores.map(({ id, counts }) => [id, counts])]).toEqual([
          when,
          STORES.map((id) => [id, { rows: 3 }]),
        ]);
        expect(await seal(place)).toEqual(manifest);
        expect(await listBackups(place.layout, place.stack)).toEqual([manifest]);
        expect((await openBackup(place.layout, place.stack, place.id))?.manifest).toEqual(manifest);
        expect([when, await filesOf(place)]).toEqual([when, [...(isElsewhere ? ['one'] : []), ...SEALED]]);
      },
    );
  });

  it('goes by the manifest where there is one, and nothing is noted any more', async () => {
    const place = await dumped(await aPlace(false));
    const manifest = await seal(place);
    const backups = path.join(place.layout.home, 'stacks', place.stack, 'backups');
    await rename(path.join(backups, 'one'), path.join(backups, '.draft-one'));
    expect(await seal(place)).toEqual(manifest);
    expect(await filesOf(place)).toEqual(SEALED);
  });

  it('is refused where there is nothing to seal, or not all of it', async () => {
    const place = await aPlace(false);
    await expect(seal(place)).rejects.toThrow('ENOENT');
    await draftFolder(place);
    await expect(seal(place)).rejects.toThrow('The dump of postgres-db, volume-uploads is not in');
  });
});

async function sweep({ layout, stack }: Place): Promise<void> {
  for (const id of await listDrafts(layout, stack)) await discardDraft(layout, stack, id);
}

/** Whether a backup is there, whole; otherwise nothing is left of it once drafts are swept. */
async function isWholeOrGone(place: Place, when: string): Promise<boolean> {
  const isThere = (await listBackups(place.layout, place.stack)).length > 0;
  await sweep(place);
  const link = place.directory === undefined ? [] : ['one'];
  expect([when, await filesOf(place)]).toEqual([when, isThere ? [...link, ...SEALED] : []]);
  return isThere;
}

/** What a kill at each point comes to, each once. */
async function endsOf(
  place: () => Promise<Place>,
  act: (place: Place) => Promise<unknown>,
  prepareEnd: (place: Place) => Promise<unknown> = () => Promise.resolve(),
): Promise<boolean[]> {
  const ends = new Set<boolean>();
  await disk.killAtEachPoint(place, act, async (left, when) => {
    await prepareEnd(left);
    ends.add(await isWholeOrGone(left, when));
  });
  return [...ends];
}

describe('removing a backup', () => {
  it.each(WHERE)('%s leaves it whole, or what is found by whoever sweeps', async (_where, isElsewhere) => {
    const sealed = async (): Promise<Place> => {
      const place = await dumped(await aPlace(isElsewhere));
      await seal(place);
      return place;
    };
    const remove = ({ layout, stack, id }: Place) => removeBackup(layout, stack, id);
    expect(await endsOf(sealed, remove)).toEqual([true, false]);
    // Whoever sweeps may be killed, too.
    const begun = async (): Promise<Place> => {
      const place = await sealed();
      const backups = path.join(place.layout.home, 'stacks', place.stack, 'backups');
      await rename(path.join(backups, 'one'), path.join(backups, '.draft-one'));
      return place;
    };
    expect(await endsOf(begun, sweep)).toEqual([false]);
  });
});

describe('a backup that nobody goes on with', () => {
  it.each(WHERE)('%s is gone once drafts are swept, or it was sealed', async (_where, isElsewhere) => {
    expect(await endsOf(() => aPlace(isElsewhere), draftFolder)).toEqual([false]);
    expect(await endsOf(async () => dumped(await aPlace(isElsewhere)), seal, withoutNotes)).toEqual([false, true]);
  });
});

/** A run that is terminated may leave the notes beside a sealed backup: they say nothing that it does not say. */
async function withoutNotes(place: Place): Promise<void> {
  const folder = path.join(place.layout.home, 'stacks', place.stack, 'backups', place.id);
  await Promise.all(STORES.map((id) => rm(path.join(folder, `${id}.json`), { force: true })));
}
