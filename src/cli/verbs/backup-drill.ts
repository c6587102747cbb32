import type { Cli } from '../terminal.js';
import { type CreateFlags, runBackup } from './backup-create.js';

/** Restores a backup of the stack here on a twin, default the newest, and follows that to its end. */
export async function drillBackup(cli: Cli, id: string | undefined, flags: CreateFlags): Promise<number> {
  return runBackup(cli, flags, {
    backup: id ?? 'newest',
    doing: `restoring ${id ?? 'the newest backup'} on a twin of`,
  });
}
