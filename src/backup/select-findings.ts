import path from 'node:path';
import { sizeText } from '../preflight/sizes.js';
import type { LeftStore, StoreRef } from '../spec/backup.js';
import type { Finding } from '../spec/finding.js';
import type { StackSpec } from '../spec/stack-spec.js';

const NOT_AT_ALL = 'x-evenkeel: { backup: { type: none } }';

/** A store that is larger than the operator allows. */
export function checkSize({ id, service, sizeBytes }: StoreRef, maxBytes: number): Finding[] {
  if (sizeBytes === undefined || sizeBytes <= maxBytes) return [];
  const enough = `${Math.ceil(sizeBytes / 1024 ** 3)}gb`;
  return [
    {
      rule: 'backup-too-large',
      severity: 'error',
      service,
      message: `${id} has ${sizeText(sizeBytes)}, and backup.max_size is ${sizeText(maxBytes)}`,
      remedy: `write at the top level: x-evenkeel: { backup: { max_size: ${enough} } }; or in the service, to deploy without a backup of its data: ${NOT_AT_ALL}`,
    },
  ];
}

/**
 * Whether a copy may stop who uses its files. A database that is dumped beside it may not be stopped: its dump would fail,
 * and nobody has asked for its outage. `mounters` are the services that mount the files.
 */
export function checkStops(
  { id, service }: StoreRef,
  { mounters, databases }: { mounters: string[]; databases: StoreRef[] },
): Finding[] {
  return databases
    .filter((database) => mounters.includes(database.service))
    .map((database) => ({
      rule: 'backup-stops-database',
      severity: 'error',
      service,
      message: `${id} is to be copied while all that mount it are stopped (x-evenkeel.backup.consistency: stop in ${service}), and ${database.service} is one of them, whose ${database.id} is dumped at the same time`,
      remedy: `write consistency: pause in ${service}, or mount the files in ${service} alone`,
    }));
}

/**
 * What becomes of a store that cannot be looked at; the reason is redacted. `isAll`: all data was to be backed up, and not only what a
 * deployment can reach. One that only looks like a database is left, and the deployment goes on; anything else is an error.
 */
export function unreadable(
  { id, type, service }: StoreRef,
  { isGuess, isAll }: { isGuess: boolean; isAll: boolean },
  why: string,
): { left: LeftStore[]; finding: Finding } {
  if (!isGuess) {
    const finding: Finding = {
      rule: 'backup-impossible',
      severity: 'error',
      service,
      message: `${id} cannot be backed up: ${why}`,
      remedy: `mend that, or write in the service, to deploy without a backup of its data: ${NOT_AT_ALL}`,
    };
    return { left: [], finding };
  }
  const finding: Finding = {
    rule: 'backup-guessed',
    severity: isAll ? 'error' : 'warning',
    service,
    message: `${id} ${isAll ? 'cannot be backed up' : 'is left out of the backup'}: ${service} looks like ${type}, and does not answer: ${why}`,
    remedy: `write in the service what it is: x-evenkeel: { backup: { type: ${type} } }, or volume, or none`,
  };
  return { left: isAll ? [] : [{ what: id, why: `it does not answer: ${why}` }], finding };
}

/** A copy of a server that follows another one comes up as one that follows: only the other's data can be backed up. */
export function checkPrimary({ id, service, type }: StoreRef, hasPrimary: boolean): Finding[] {
  if (hasPrimary) return [];
  return [
    {
      rule: 'backup-impossible',
      severity: 'error',
      service,
      message: `${id} cannot be backed up: it follows another ${type}, which is none of this stack`,
      remedy: `back that one up where it is, and write in the service: ${NOT_AT_ALL}`,
    },
  ];
}

/** What is backed up must not become part of an image. `folder` is absolute. */
export function checkOutsideOfContexts(folder: string, spec: StackSpec): Finding[] {
  return Object.values(spec.services).flatMap(({ name, build }): Finding[] => {
    if (build === undefined || !path.isAbsolute(build.context)) return [];
    const way = path.relative(build.context, folder);
    if (way === '..' || way.startsWith(`..${path.sep}`)) return [];
    return [
      {
        rule: 'backup-in-build-context',
        severity: 'error',
        service: name,
        message: `backups would be kept in ${folder}, which is in the build context of ${name}: they would be sent to the builder and end in the image`,
        remedy: 'leave x-evenkeel.backup.directory out, or name a folder outside of every build context',
      },
    ];
  });
}

/** Whether there is room for what the stores have; dumps are smaller as a rule. */
export function checkBackupRoom(stores: StoreRef[], room: { folder: string; freeBytes: number }): Finding[] {
  const needed = stores.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  if (needed <= room.freeBytes) return [];
  return [
    {
      rule: 'backup-room',
      severity: 'error',
      message: `the backup may need ${sizeText(needed)}, and ${room.folder} has ${sizeText(room.freeBytes)} left`,
      remedy: 'make room there, or name another folder: x-evenkeel: { backup: { directory: … } }',
    },
  ];
}
