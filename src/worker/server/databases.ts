import path from 'node:path';
import type { Layout } from '../../store/layout.js';
import { readJson, writeJson } from '../../store/private-file.js';

/** Where a server keeps its runs unless told otherwise. */
export function ownDatabase({ home }: Layout): string {
  return path.join(home, 'temporal.db');
}

/** The databases of servers on this state folder that are not in it (`evenkeel server --db`), the first one first. */
export async function databasesElsewhere({ home }: Layout): Promise<string[]> {
  return (await readJson<string[]>(noteIn(home))) ?? [];
}

/** Notes where a server's database is, where that is elsewhere. */
export async function noteDatabase(layout: Layout, file: string): Promise<void> {
  if (path.dirname(file) === layout.home) return;
  const known = await databasesElsewhere(layout);
  if (!known.includes(file)) await writeJson(noteIn(layout.home), [...known, file]);
}

function noteIn(home: string): string {
  return path.join(home, 'databases.json');
}
