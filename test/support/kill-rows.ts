import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { repository } from './deployment-world.js';
import type { TestStack } from './test-stack.js';

/** What a range keeps at a time: the word that web has in its volume. */
export type Kept = 'of the backup' | 'of later';

/** How many rows go with it, in each table. */
const ROWS: Record<Kept, Record<string, number>> = {
  'of the backup': { customers: 20, orders: 1000 },
  'of later': { customers: 7, orders: 300 },
};

/** What gives the stack of the grid a database. */
export async function overrideWithRows(): Promise<{ 'compose.override.yaml': string }> {
  const file = path.join(repository, 'test', 'stacks', 'kill-matrix', 'with-rows.yaml');
  return { 'compose.override.yaml': await readFile(file, 'utf8') };
}

/** The tables have these rows, and no others. */
export async function writeRows(stack: TestStack, kept: Kept): Promise<void> {
  const tables = Object.entries(ROWS[kept]).map(
    ([table, count]) => `create table if not exists ${table} (id int primary key);
      truncate ${table};
      insert into ${table} select generate_series(1, ${count});`,
  );
  await sql(stack, `begin; ${tables.join('\n')} commit`);
}

/** How many rows the live database has, in each of its tables. */
export async function countRows(stack: TestStack): Promise<Record<string, number>> {
  const tables = (
    await sql(
      stack,
      "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
    )
  )
    .split('\n')
    .filter(Boolean);
  const counts: Record<string, number> = {};
  for (const table of tables) counts[table] = Number(await sql(stack, `select count(*) from ${table}`));
  return counts;
}

/** What it has to count where the stack keeps this. */
export function rowsOf(kept: Kept): Record<string, number> {
  return ROWS[kept];
}

async function sql(stack: TestStack, text: string): Promise<string> {
  return stack.exec('db', 'psql', '-qAtX', '-v', 'ON_ERROR_STOP=1', '-U', 'app', '-c', text);
}
