import type { Finding } from './finding.js';

/** What is known of how to back a store up. */
export type StoreType = 'postgres' | 'redis' | 'volume';

/** A data store of a stack. Holds no secret. */
export interface StoreRef {
  /** Names it in a backup, and its files: `postgres-db`, `redis-cache`, `volume-uploads`. */
  id: string;
  type: StoreType;
  /** The service whose container it is reached through. */
  service: string;
  /** Of a volume: its name on the engine; absent for a bound folder. */
  volume?: string;
  /** Of a volume or a bound folder: where the service's container sees it. */
  target?: string;
  /** Of a volume: the database whose files it has, and which is known only for copying them: `MySQL`. */
  filesOf?: string;
  databases?: string[];
  sizeBytes?: number;
}

/** Which stores a deployment backs up before it changes these services. */
export interface StoreSelection {
  stores: StoreRef[];
  /** Stores whose last proof is young enough to stand for a new one. */
  reused: ReusedStore[];
  /** Data that is not backed up, with the reason. */
  left: LeftStore[];
  /** Errors reject the deployment. */
  findings: Finding[];
}

export interface ReusedStore {
  store: StoreRef;
  /** Id of the backup that has it. */
  backup: string;
  ageMs: number;
  /** No service that changes can reach it: it is listed, and nobody needs it on a twin. */
  unreached?: true;
}

export interface LeftStore {
  /** A volume, a bound folder or a service. */
  what: string;
  why: string;
}

/** A store as it is in a backup. */
export interface StoreBackup extends StoreRef {
  files: BackupFile[];
  /** Name and version: `PostgreSQL 15.8`. */
  engine?: string;
  /**
   * What was in it at the moment of the dump: `<database>.<schema>.<table>` → rows, quoted as SQL writes them; of Redis
   * `keys that do not expire`; of a volume `files`, `folders` and `links`.
   */
  counts?: Record<string, number>;
  /**
   * Of a volume only. `crash`: each file as a machine that lost its power would leave it. `fuzzy`: the same of a database
   * that went on writing, whose files were read one after the other: crash-consistent at best.
   */
  consistency?: 'crash' | 'fuzzy' | 'paused' | 'stopped';
  /** Id of the image that its service ran: it has the programs that read the files. */
  imageId: string;
  /** What a restore needs to know besides, by its kind. Never a secret. */
  details?: Record<string, string>;
  takenAtMs: number;
  durationMs: number;
}

export interface BackupFile {
  /** Within the backup's folder. */
  name: string;
  bytes: number;
  sha256: string;
  /** What the host packed it with, which unpacks it again; absent where it is as its program wrote it. */
  compression?: 'zstd' | 'gzip';
}

/**
 * Whether a store of a backup has been restored, and had in it what the dump counted; of files of a database, whether its
 * own service has come up well on them besides.
 */
export interface StoreProof {
  store: string;
  proven: boolean;
  why?: string;
  restoreMs: number;
  countsCompared: number;
  /** When it was found out. */
  atMs: number;
}

/** What a backup came to, for the result and for reports. */
export interface BackupSummary {
  id: string;
  /** When it was begun. */
  atMs: number;
  /** Its absolute folder on the host. */
  folder: string;
  stores: { store: string; type: StoreType; service: string; bytes: number; counts: number; durationMs: number }[];
  reused: { store: string; backup: string; ageMs: number }[];
  left: LeftStore[];
  bytes: number;
}

/** A backup that is restored on a twin to see whether it holds, and the stores that it has. */
export interface DrillChoice {
  /** Absent where there is no such backup. */
  backup?: BackupSummary;
  stores: StoreRef[];
  /** Stores that an earlier backup has for this one. */
  reused?: ReusedStore[];
  /** Errors reject the drill. */
  findings: Finding[];
}

/** `manifest.json` of a backup. */
export interface BackupManifest {
  format: 1;
  id: string;
  stack: string;
  /** When the backup was begun. */
  atMs: number;
  workflowId: string;
  runId: string;
  stores: StoreBackup[];
  reused: ReusedStore[];
  left: LeftStore[];
  proofs: StoreProof[];
}
