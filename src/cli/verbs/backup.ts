import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { childScripts } from '../../backup/scripts.js';
import { LookFailed, StoreFailed } from '../../backup/store-kind.js';
import { verifyStore } from '../../backup/verify-store.js';
import { dockerEnvironment } from '../../docker/compose-environment.js';
import { lacksRoom } from '../../docker/no-room.js';
import { isWeather } from '../../docker/weather.js';
import type { BackupManifest, StoreBackup } from '../../spec/backup.js';
import { EXIT } from '../../spec/outcome.js';
import { redactor } from '../../spec/redact.js';
import { sizeText } from '../../spec/size-text.js';
import { listBackups, openBackup } from '../../store/backups.js';
import { layoutFrom } from '../../store/layout.js';
import { requireStack } from '../choose-stack.js';
import { UsageError } from '../errors.js';
import { interruptible } from '../interrupt.js';
import { tableText } from '../render/table.js';
import type { Cli } from '../terminal.js';

/** Lists the backups of the stack on this host, newest first. */
export async function listOfBackups(cli: Cli): Promise<number> {
  const layout = layoutFrom(cli.env);
  const { name } = await requireStack(cli, layout);
  const backups = await listBackups(layout, name);
  if (cli.flags.json) cli.printJson(backups);
  else if (backups.length === 0) cli.say(`${name} has no backup on this host: evenkeel backup create`);
  else cli.print(tableText(['BACKUP', 'TAKEN', 'SIZE', 'PROVEN', 'STORES'], backups.map(cells)));
  return EXIT.ok;
}

/** Shows one backup: its stores with what was counted, its proofs, and what it does not have. */
export async function showBackup(cli: Cli, id: string | undefined): Promise<number> {
  const { folder, manifest } = await chosen(cli, id);
  if (cli.flags.json) {
    cli.printJson({ folder, ...manifest });
    return EXIT.ok;
  }
  cli.print(`${manifest.id}, taken ${new Date(manifest.atMs).toISOString()}, in ${folder}`);
  cli.print(
    tableText(
      ['STORE', 'ENGINE', 'SIZE', 'COUNTED', 'PROVEN'],
      manifest.stores.map((store) => storeCells(store, manifest)),
    ),
  );
  for (const { store, backup } of manifest.reused) cli.print(`${store.id}: proven lately, in ${backup}`);
  for (const { what, why } of manifest.left) cli.print(`not in it: ${what}: ${why}`);
  return EXIT.ok;
}

/**
 * Reads every file of a backup through. Exit code 1 where one is not what was written, or lacks what was counted; 6 where one could not
 * be read, which says nothing of it: Docker is away, its image is gone, a disk is full, a program that reads it is missing, or was killed;
 * 130 after Ctrl-C.
 */
export async function verifyBackup(cli: Cli, id: string | undefined): Promise<number> {
  const { folder, manifest } = await chosen(cli, id);
  const stores = await interruptible((interrupted) => readStores(cli, folder, manifest, interrupted));
  if (!stores) return EXIT.interrupted;
  const ok = stores.every((one) => one.ok);
  if (cli.flags.json) cli.printJson({ backup: manifest.id, ok, stores });
  if (ok) return EXIT.ok;
  return stores.every((one) => one.ok || one.unread) ? EXIT.inconclusive : EXIT.failed;
}

/** Undefined where somebody wants to leave first; what was being read is then no longer. */
async function readStores(
  cli: Cli,
  folder: string,
  manifest: BackupManifest,
  interrupted: AbortSignal,
): Promise<StoreRead[] | undefined> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'evenkeel-verify-'));
  const env = dockerEnvironment(cli.env);
  try {
    const scripts = await childScripts({ runFolder: scratch, env, redact: redactor([]), terminateOn: interrupted });
    const stores: StoreRead[] = [];
    for (const store of manifest.stores) {
      const read = await readOf(store.id, () => verifyStore(store, { folder, image: store.imageId, scripts }));
      stores.push(read);
      if (!cli.flags.json) cli.print(`${read.store}: ${read.why ?? 'whole'}`);
    }
    return stores;
  } catch (error) {
    if (interrupted.aborted) return undefined;
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface StoreRead {
  store: string;
  ok: boolean;
  why?: string;
  /** It could not be read. */
  unread?: true;
}

async function readOf(store: string, verify: () => Promise<void>): Promise<StoreRead> {
  try {
    await verify();
    return { store, ok: true };
  } catch (error) {
    const isUnread = error instanceof LookFailed || lacksRoom(error);
    if (error instanceof StoreFailed && !isUnread) return { store, ok: false, why: error.message };
    if (!isUnread && !isWeather(error)) throw error;
    return { store, ok: false, why: `not read: ${(error as Error).message}`, unread: true };
  }
}

async function chosen(cli: Cli, id: string | undefined): Promise<{ folder: string; manifest: BackupManifest }> {
  const layout = layoutFrom(cli.env);
  const { name } = await requireStack(cli, layout);
  const wanted = id ?? (await listBackups(layout, name))[0]?.id;
  if (wanted === undefined)
    throw new UsageError(`${name} has no backup on this host`, 'make one: evenkeel backup create');
  const opened = await openBackup(layout, name, wanted);
  if (opened) return opened;
  throw new UsageError(`${name} has no backup "${wanted}" on this host`, 'list them: evenkeel backup list');
}

function cells(manifest: BackupManifest): string[] {
  const { id, atMs, stores } = manifest;
  const bytes = stores.reduce((sum, store) => sum + bytesOf(store), 0);
  const proven = stores.filter((store) => isProven(store, manifest)).length;
  return [
    ...[id, new Date(atMs).toISOString(), sizeText(bytes)],
    ...[`${proven} of ${stores.length}`, stores.map((store) => store.id).join(', ')],
  ];
}

function storeCells(store: StoreBackup, manifest: BackupManifest): string[] {
  const { counts = {}, engine } = store;
  const proof = manifest.proofs.find((one) => one.store === store.id);
  const proven = proof === undefined ? 'never restored' : proof.proven ? 'yes' : `no: ${proof.why ?? ''}`;
  const counted =
    store.type === 'postgres'
      ? `${Object.keys(counts).length} counts`
      : Object.entries(counts)
          .map(([what, n]) => `${n} ${what}`)
          .join(', ');
  return [store.id, engine ?? filesText(store), sizeText(bytesOf(store)), counted, proven];
}

/** What a copy of files is worth: `files of MySQL, fuzzy (crash-consistent at best)`. */
function filesText({ filesOf, consistency }: StoreBackup): string {
  const whose = filesOf === undefined ? 'files' : `files of ${filesOf}`;
  if (consistency === undefined) return whose;
  return `${whose}, ${consistency === 'fuzzy' ? 'fuzzy (crash-consistent at best)' : consistency}`;
}

function bytesOf({ files }: StoreBackup): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function isProven({ id }: StoreBackup, { proofs }: BackupManifest): boolean {
  return proofs.some(({ store, proven }) => store === id && proven);
}
