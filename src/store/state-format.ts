import path from 'node:path';
import type { Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';

/** Brings a state folder from one format to the next. It may be killed and begun again, so it looks before it acts. */
export type Migration = (layout: Layout) => Promise<void>;

/**
 * By the format that each one starts from. A folder that notes none is of format 0: it is new, or older than the note;
 * what is in it is the same as in format 1.
 */
const MIGRATIONS: readonly Migration[] = [async () => undefined];

/** The format that this version reads and writes. */
export const STATE_FORMAT = MIGRATIONS.length;

/** The state folder was written by a newer version, which may have changed what records mean. */
export class StateTooNew extends Error {
  override readonly name = 'StateTooNew';

  constructor(
    home: string,
    found: number,
    known: number,
    readonly remedy = 'use the version that wrote it (git pull && npm run setup), or another folder: EVENKEEL_HOME',
  ) {
    super(`the state folder ${home} has format ${found}, and this version of evenkeel knows formats up to ${known}`);
  }
}

/** Throws `StateTooNew` where reading or writing the state folder could do harm. A folder that is not there is fine. */
export async function refuseNewerState(layout: Layout, known = STATE_FORMAT): Promise<number> {
  const found = (await readJson<{ format?: number }>(formatFile(layout)))?.format ?? 0;
  if (found > known) throw new StateTooNew(layout.home, found, known);
  return found;
}

/** Afterwards the state folder has our format. Throws `StateTooNew`. */
export async function migrateState(layout: Layout, migrations = MIGRATIONS): Promise<void> {
  const from = await refuseNewerState(layout, migrations.length);
  for (const [format, migrate] of migrations.entries()) {
    if (format < from) continue;
    await migrate(layout);
    await writeJson(formatFile(layout), { format: format + 1 });
  }
}

function formatFile(layout: Layout): string {
  return path.join(layout.home, 'state.json');
}
