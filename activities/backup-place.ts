import path from 'node:path';
import type { Frozen } from '../src/store/frozen.js';
import { type BackupPlace, backupsFolder } from '../src/store/backups.js';
import type { World } from './world.js';

/** Where a backup of a stack goes, as its configuration says. */
export function backupPlace(world: World, frozen: Frozen, id: string): BackupPlace {
  const { directory } = frozen.spec.policy.backup;
  const place = { layout: world.layout, stack: frozen.spec.project, id };
  return directory === undefined ? place : { ...place, directory: path.resolve(frozen.directory, directory) };
}

/** The folder that all backups of the stack are in. */
export function backupsAt({ layout, stack, directory }: BackupPlace): string {
  return directory === undefined ? backupsFolder(layout, stack) : path.join(directory, stack);
}
