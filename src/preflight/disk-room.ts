import type { Finding } from '../spec/finding.js';
import { sizeText } from './sizes.js';

/** Room on the file system that a folder is on. `totalInodes` is 0 where the file system does not count them. */
export interface DiskRoom {
  folder: string;
  freeBytes: number;
  freeInodes: number;
  totalInodes: number;
}

const GIBIBYTE = 1024 ** 3;
/** Below this not even a container can be created and log. */
const LEAST_BYTES = 100 * 1024 ** 2;
const LEAST_INODES = 10_000;
const LEAST_INODE_SHARE = 0.05;

/**
 * Whether the engine's disk has room for what is going to be made: a build's worth and a gibibyte where something is
 * built. Where nothing is, a nearly full disk is only warned about, because a deployment may be what frees it.
 */
export function checkDiskRoom(room: DiskRoom, builds: number, buildDiskBytes: number): Finding[] {
  const findings = [...bytesFindings(room, builds, buildDiskBytes), ...inodeFindings(room)];
  return findings.map((finding) => ({
    ...finding,
    remedy: 'look with docker system df; docker builder prune frees the build cache',
  }));
}

function bytesFindings({ folder, freeBytes }: DiskRoom, builds: number, buildDiskBytes: number): Finding[] {
  const wanted = builds > 0 ? buildDiskBytes + GIBIBYTE : GIBIBYTE;
  if (freeBytes >= wanted) return [];
  return [
    {
      rule: 'disk-low',
      severity: builds > 0 || freeBytes < LEAST_BYTES ? 'error' : 'warning',
      message: `${folder} has ${sizeText(freeBytes)} free; ${builds > 0 ? 'a build may need' : 'it should have'} ${sizeText(wanted)}`,
    },
  ];
}

function inodeFindings({ folder, freeInodes, totalInodes }: DiskRoom): Finding[] {
  if (totalInodes === 0) return [];
  if (freeInodes >= LEAST_INODES && freeInodes / totalInodes >= LEAST_INODE_SHARE) return [];
  const share = Math.floor((freeInodes / totalInodes) * 100);
  return [
    {
      rule: 'inodes-low',
      severity: freeInodes < LEAST_INODES ? 'error' : 'warning',
      message: `${folder} has ${freeInodes} inodes free (${share} %): it runs out of files before it runs out of bytes`,
    },
  ];
}
