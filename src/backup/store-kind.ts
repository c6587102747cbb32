import type { Engine } from '../docker/engine.js';
import type { BackupFile, StoreBackup, StoreRef } from '../spec/backup.js';
import type { Scripts } from './scripts.js';

/**
 * How one kind of data store is backed up, read through, restored and counted. Whatever moves content runs as a detached
 * child and writes to files; nothing of it goes through our memory. Each call may be made again after a killed worker: it
 * then finds what was begun. What no retry changes is thrown as `StoreFailed`.
 */
export interface StoreKind {
  /**
   * The files of a dump are whole in `place.folder`, their names beginning with the store's id, and what was counted is
   * what is in them: they have been read back from the disk, as `verify` does.
   */
  dump(store: StoreRef, place: DumpPlace): Promise<Dump>;

  /**
   * Reads every byte of the files, with the programs of the image they came from, and compares what is in them with what
   * the backup says. Hashes are compared beforehand (`verify-store.ts`). Restores nothing.
   */
  verify(backup: StoreBackup, place: ReadPlace): Promise<void>;

  /** Places what the store reads at its start. Its container is created and has never been started; its volumes are empty. */
  beforeStart?(backup: StoreBackup, place: RestorePlace): Promise<void>;

  /** Whether the started store takes queries, so that `fill` and `count` may follow. Ask again until it does. */
  answers(backup: StoreBackup, place: RestorePlace): Promise<boolean>;

  /** Restores the dump into the running store. */
  fill?(backup: StoreBackup, place: RestorePlace): Promise<void>;

  /** What is in the store now, in the nouns of `StoreBackup.counts`; of a volume, before or after its service's start. */
  count(backup: StoreBackup, place: RestorePlace): Promise<Record<string, number>>;
}

/** Where a dump comes from, and where it goes. */
export interface DumpPlace {
  engine: Engine;
  /** Id of the container that holds the store. */
  container: string;
  /** The folder to write into. Absolute. */
  folder: string;
  /** Names this backup's sessions in the store, so that those of a killed dump can be ended. */
  session: string;
  scripts: Scripts;
  /** Of a volume: what is done with its containers meanwhile. */
  consistency?: 'crash' | 'paused' | 'stopped';
  /** Of PostgreSQL: who connects, where the configuration says so. */
  user?: string;
}

/** What a dump came to. Hashes were made of the stream on its way to the disk. */
export interface Dump {
  files: BackupFile[];
  engine?: string;
  counts: Record<string, number>;
  databases?: string[];
  details?: Record<string, string>;
  consistency?: StoreBackup['consistency'];
}

/** Where the files of a backup are, and an image with the programs that read them. */
export interface ReadPlace {
  /** The backup's folder. Absolute. */
  folder: string;
  image: string;
  scripts: Scripts;
}

/** A store that is restored into. */
export interface RestorePlace {
  engine: Engine;
  /** Id of the container that is the store now. */
  container: string;
  /** The backup's folder. Absolute. */
  folder: string;
  scripts: Scripts;
}

/** A backup, or a restore, that no retry makes better. `excerpt` is redacted. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';

  constructor(
    message: string,
    readonly excerpt: string[] = [],
  ) {
    super(message);
  }
}

/**
 * A look at a store, or at a file of a backup, that could not be taken: it says nothing of what is there. A proof that could not be made for
 * that is none, as with any other `StoreFailed`.
 */
export class LookFailed extends StoreFailed {}
