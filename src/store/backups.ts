import { lstat, readlink, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { BackupManifest, StoreBackup, StoreProof } from '../spec/backup.js';
import { privateFolder, stackFolder, type Layout } from './layout.js';
import { readJson, sync, syncTree, writeJson } from './private-file.js';
import { namesIn } from './places.js';

/**
 * Backups on the host's disk, for their owner only:
 *
 * ```
 * backups/<id>/manifest.json      what is in it, with hashes and counts, and what was proven
 * backups/<id>/<store>….…         dumps
 * ```
 *
 * `backups/` is in the stack's folder. Where a directory is configured it is `<directory>/<stack>/<id>`, and a link of that
 * name leads there. Until it is sealed a backup is called `.draft-<id>`, and counts for nothing.
 */
export interface BackupPlace {
  layout: Layout;
  stack: string;
  id: string;
  /** Absolute; where the configuration names one. */
  directory?: string;
}

const MANIFEST = 'manifest.json';
const DRAFT = '.draft-';

/** The absolute folder into which a backup is written before it counts; made if it is not there. */
export async function draftFolder(place: BackupPlace): Promise<string> {
  await privateFolder(backupsFolder(place.layout, place.stack));
  const draft = draftPlace(place.layout, place.stack, place.id);
  if (place.directory === undefined) return privateFolder(draft);
  const real = path.join(place.directory, place.stack, `${DRAFT}${place.id}`);
  // By the link it is found by whoever throws it away.
  await symlink(real, draft).catch(unlessThere);
  return privateFolder(real);
}

/** Notes a dump that is whole in a draft. */
export async function noteStore(folder: string, store: StoreBackup): Promise<void> {
  await writeJson(noteOf(folder, store.id), store);
}

export async function notedStore(folder: string, store: string): Promise<StoreBackup | undefined> {
  return readJson<StoreBackup>(noteOf(folder, store));
}

function noteOf(folder: string, store: string): string {
  return path.join(folder, `${store}.json`);
}

/** What a backup is said to be when it is sealed; the stores by their ids. */
type Contents = Omit<BackupManifest, 'format' | 'id' | 'stack' | 'stores' | 'proofs'> & { stores: string[] };

/**
 * Makes a draft count, whole or not at all, and outlive a power cut. Whoever was killed in it may call it again; sealing what is
 * sealed changes nothing. Throws where there is neither.
 */
export async function sealDraft({ layout, stack, id }: BackupPlace, contents: Contents): Promise<BackupManifest> {
  const own = backupsFolder(layout, stack);
  const draft = draftPlace(layout, stack, id);
  if (!(await openBackup(layout, stack, id))) {
    const isLink = (await lstat(draft)).isSymbolicLink();
    const from = isLink ? await readlink(draft) : draft;
    const to = path.join(path.dirname(from), id);
    if ((await readManifest(to)) === undefined) {
      if ((await readManifest(from)) === undefined) await writeManifest(from, { stack, id }, contents);
      await syncTree(from);
      await rename(from, to);
    }
    await sync(path.dirname(to));
    if (isLink) await symlink(to, path.join(own, id)).catch(unlessThere);
  }
  await rm(draft, { recursive: true, force: true });
  await sync(own);
  const { folder, manifest } = (await openBackup(layout, stack, id))!;
  // As long as the backup could be lost they are what it is sealed from.
  await Promise.all(manifest.stores.map((store) => rm(noteOf(folder, store.id), { force: true })));
  return manifest;
}

async function writeManifest(
  folder: string,
  { stack, id }: Pick<BackupManifest, 'stack' | 'id'>,
  contents: Contents,
): Promise<void> {
  const stores = await Promise.all(contents.stores.map((store) => notedStore(folder, store)));
  const missing = contents.stores.filter((_store, at) => stores[at] === undefined);
  if (missing.length > 0) throw new Error(`The dump of ${missing.join(', ')} is not in ${folder}`);
  const whole = stores.filter((store) => store !== undefined);
  const manifest: BackupManifest = { format: 1, id, stack, ...contents, stores: whole, proofs: [] };
  await writeJson(path.join(folder, MANIFEST), manifest);
}

async function readManifest(folder: string): Promise<BackupManifest | undefined> {
  return readJson<BackupManifest>(path.join(folder, MANIFEST));
}

/** A sealed backup, or undefined where there is none of that id, or its files are gone. `folder` is absolute. */
export async function openBackup(
  layout: Layout,
  stack: string,
  id: string,
): Promise<{ folder: string; manifest: BackupManifest } | undefined> {
  const folder = path.join(backupsFolder(layout, stack), id);
  const manifest = id.startsWith('.') ? undefined : await readManifest(folder);
  return manifest && { folder, manifest };
}

/** All sealed backups of a stack, newest first. */
export async function listBackups(layout: Layout, stack: string): Promise<BackupManifest[]> {
  const ids = (await namesIn(backupsFolder(layout, stack))).filter((name) => !name.startsWith('.'));
  const found = await Promise.all(ids.map((id) => openBackup(layout, stack, id)));
  return found.flatMap((backup) => (backup ? [backup.manifest] : [])).sort((a, b) => b.atMs - a.atMs);
}

/** Adds proofs to a sealed backup; a later one of the same store takes the place of an earlier one. */
export async function noteProofs(layout: Layout, stack: string, id: string, proofs: StoreProof[]): Promise<void> {
  const backup = await openBackup(layout, stack, id);
  if (!backup) throw new Error(`There is no backup ${id} of ${stack} to note a proof in`);
  const known = backup.manifest.proofs.filter(({ store }) => !proofs.some((proof) => proof.store === store));
  await writeJson(path.join(backup.folder, MANIFEST), { ...backup.manifest, proofs: [...known, ...proofs] });
}

/** Removes a backup with its files. Whoever is killed in it leaves a draft, which counts for nothing and is swept. */
export async function removeBackup(layout: Layout, stack: string, id: string): Promise<void> {
  await rename(path.join(backupsFolder(layout, stack), id), draftPlace(layout, stack, id)).catch(unlessGone);
  await discardDraft(layout, stack, id);
}

/** Ids of the backups that are not sealed, or are being removed. */
export async function listDrafts(layout: Layout, stack: string): Promise<string[]> {
  const names = await namesIn(backupsFolder(layout, stack));
  return names.filter((name) => name.startsWith(DRAFT)).map((name) => name.slice(DRAFT.length));
}

/** Where a draft is for as long as there is one: a folder, or a link to it. Absolute. */
export function draftPlace(layout: Layout, stack: string, id: string): string {
  return path.join(backupsFolder(layout, stack), `${DRAFT}${id}`);
}

export function backupsFolder(layout: Layout, stack: string): string {
  return path.join(stackFolder(layout, stack), 'backups');
}

/**
 * Removes a draft with its files; a sealed backup stays. The link goes last, so that whoever was killed in here may be followed
 * by another one.
 */
export async function discardDraft(layout: Layout, stack: string, id: string): Promise<void> {
  const draft = draftPlace(layout, stack, id);
  const target = await readlink(draft).catch(() => undefined);
  // The link of a draft may be left beside that of the backup which it has become.
  if (target !== undefined && !(await openBackup(layout, stack, id))) {
    const there = path.dirname(target);
    const real = path.join(there, `${DRAFT}${id}`);
    // It was about to be sealed, or is being removed: half of it must not look like a backup there.
    for (const name of [path.join(there, id), target]) await rename(name, real).catch(unlessGone);
    await rm(real, { recursive: true, force: true });
  }
  await rm(draft, { recursive: true, force: true });
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
