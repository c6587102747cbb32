import type { Engine } from '../docker/engine.js';
import type { PostgresSeen } from '../health/judge-stores.js';
import { TABLES_WITHIN } from './postgres-scripts.js';
import { withoutRows } from './without-rows.js';

/** Which server is asked, and for what. */
export interface PostgresQuestion {
  engine: Pick<Engine, 'exec'>;
  /** Id of the container that holds it. */
  container: string;
  /** Who asks, and of which database, where the configuration says so. */
  user?: string | undefined;
  database?: string | undefined;
  /** Tables that should be there, by database, as SQL quotes them. */
  tables: Record<string, string[]>;
  redact: (text: string) => string;
  signal: AbortSignal;
}

const TIMEOUT_MS = 30_000;
const SHOWN = 3;
const CANNOT_RUN = [126, 127];
/** All names go into one argument of a command, which Linux keeps below 128 KiB. */
const MOST_NAMES_BYTES = 100_000;

/**
 * Sends the server in a container a real query, by its own client and as backups do: its passwords stay in the container. Tells
 * which tables it has, and which of the known ones it lacks.
 */
export async function askPostgres(question: PostgresQuestion): Promise<PostgresSeen> {
  const { engine, container, user, database, redact, signal } = question;
  let words: string | undefined;
  const startedAt = performance.now();
  // As the container's own user, else as the one that PostgreSQL's images run the server as.
  for (const who of [undefined, 'postgres']) {
    const args = [user ?? '', 'evenkeel-check', namesOf(question.tables), database ?? ''];
    const options = { timeoutMs: TIMEOUT_MS, signal, ...(who === undefined ? {} : { user: who }) };
    const end = await engine.exec(container, ['sh', '-c', TABLES_WITHIN, 'evenkeel', ...args], options);
    if (end.exitCode === 0 && /^asked$/m.test(end.output)) {
      return { ...read(end.output, question.tables), durationMs: performance.now() - startedAt };
    }
    if (CANNOT_RUN.includes(end.exitCode) || /psql: (command )?not found/.test(end.output))
      return { kind: 'no-client' };
    words ??= end.timedOut
      ? `no answer within ${TIMEOUT_MS / 1000} s`
      : lastOf(withoutRows(end.output.split('\n')), redact);
    if (end.timedOut) break;
  }
  return { kind: 'refused', words: words ?? '' };
}

/** A database that is not there at all has lost all of its tables. */
function read(
  output: string,
  known: Record<string, string[]>,
): Omit<Extract<PostgresSeen, { kind: 'answered' }>, 'durationMs'> {
  const all = (line: RegExp): string[] => [...output.matchAll(line)].map(([, value]) => value!);
  const absent = all(/^absent\|(.+)$/gm);
  const lost = absent.flatMap((database) => (known[database] ?? []).map((table) => `${database}.${table}`));
  const missing = all(/^missing\|(\d+)\|/gm).reduce((sum, count) => sum + Number(count), 0);
  return {
    kind: 'answered',
    version: all(/^version\|(\S+)/gm)[0] ?? '',
    tables: Number(all(/^tables\|(\d+)$/gm)[0] ?? 0),
    gone: { count: lost.length + missing, names: [...lost, ...all(/^gone\|(.+)$/gm)].slice(0, SHOWN) },
  };
}

function namesOf(tables: Record<string, string[]>): string {
  let names = '';
  for (const [database, own] of Object.entries(tables)) {
    for (const table of own) {
      const line = `${database}|${table}\n`;
      if (names.length + line.length <= MOST_NAMES_BYTES) names += line;
    }
  }
  return names;
}

function lastOf(lines: string[], redact: (text: string) => string): string {
  const said = lines.map((line) => line.trim()).filter((line) => line !== '');
  const telling =
    said.findLast((line) => /\b(error|fatal|denied|cannot|not)\b/i.test(line)) ?? said.at(-1) ?? 'it said nothing';
  return redact(telling).slice(0, 300);
}
