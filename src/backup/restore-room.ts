import { sizeText } from '../preflight/sizes.js';
import type { Finding } from '../spec/finding.js';

/** What a store takes while it is restored, in bytes. */
export interface StoreRoom {
  /** What its volume has now, of which a copy is made; 0 where there is one already. */
  toKeep: number;
  /** What it had when it was backed up. */
  restored: number;
}

/** A restore writes its rows, its log of them, and its indexes. */
const RESTORED_TIMES = 2;
/** What the host is left to breathe with. */
const SPARE = 1024 ** 3;

/**
 * Whether there is room for the twin that the backup is restored on, for a copy of what there is, and for what the volumes grow by.
 * Asked before anything is stopped: a disk that fills up meanwhile keeps the old data from coming back.
 */
export function checkRestoreRoom(stores: StoreRoom[], room: { folder: string; freeBytes: number }): Finding[] {
  const needed = stores.reduce(
    (sum, { toKeep, restored }) => sum + RESTORED_TIMES * restored + toKeep + Math.max(0, restored - toKeep),
    SPARE,
  );
  if (needed <= room.freeBytes) return [];
  return [
    {
      rule: 'restore-room',
      severity: 'error',
      message: `the restore may need ${sizeText(needed)}, and ${room.folder} has ${sizeText(room.freeBytes)} left: the backup is restored beside the stack, and what the stack has is kept`,
      remedy: 'make room there: docker system df says what takes it; or restore one service after the other',
    },
  ];
}
