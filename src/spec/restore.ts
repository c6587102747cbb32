import type { Step } from '../plan/plan.js';
import type { ReusedStore, StoreRef } from './backup.js';
import type { Finding } from './finding.js';
import type { StoreWrites } from './store-writes.js';

/** A store of a backup, and the volume of the stack whose content it replaces. Holds no secret. */
export interface RestorableStore extends StoreRef {
  /** The volume's name on the engine. */
  volume: string;
  /** Where the container of its service mounts it. */
  target: string;
  /** Name of the volume that keeps what was there before. */
  kept: string;
  /** Id of the image that reads and writes the files. */
  imageId: string;
}

/** A store whose volume a run has begun to replace, or is about to. */
export interface Swapped {
  store: RestorableStore;
  /** The services that rest meanwhile, in the order in which they start. */
  services: string[];
}

/** What a restore is going to do. */
export interface RestoreChoice {
  /** Id of the backup. */
  backup: string;
  /** When it was begun. */
  atMs: number;
  stores: RestorableStore[];
  /** Those among them that an earlier backup has for this one. */
  reused?: ReusedStore[];
  /** The services that are stopped meanwhile, in the order in which they start. */
  waves: Step[][];
  /** Errors reject the restore. */
  findings: Finding[];
}

/** What a restore came to. */
export interface RestoreReport {
  /** Id of the backup. */
  backup: string;
  /** When it was begun. */
  takenAtMs: number;
  stores: RestoredVolume[];
  /** The services that were stopped meanwhile. */
  services: string[];
  /** From the first stop until all of them were well again, or until the run turned back. */
  downMs: number;
  /** Of a rollback with its data: what had been written since the backup, as people were shown it. */
  writes?: StoreWrites[];
}

export interface RestoredVolume {
  store: string;
  service: string;
  /** The volume that has the content of the backup now. */
  volume: string;
  /** The volume that has what was there before. */
  kept: string;
  /** What removes it. */
  removeKept: string;
  /** How many counts were equal to those of the dump before it took its place. */
  countsCompared: number;
}
