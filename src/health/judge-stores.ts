import type { Answer } from './judge-service.js';

/** What a look into PostgreSQL came to. */
export type PostgresSeen =
  | {
      kind: 'answered';
      version: string;
      /** How many tables there are that are neither the system's nor an extension's. */
      tables: number;
      /** Of the tables that were known: how many are not there, and the names of a few. */
      gone: { count: number; names: string[] };
      durationMs: number;
    }
  /** It let nobody in, or said something else: its own words, redacted. */
  | { kind: 'refused'; words: string }
  /** The image has no client. */
  | { kind: 'no-client' };

/** Which tables are known to have been there. */
export interface KnownTables {
  /** By database, as SQL quotes them: `public.orders`. */
  tables: Record<string, string[]>;
  /** Id of the backup that had them. */
  backup: string;
  /** The release that serves is younger: a migration of it may have taken tables away. */
  isOlderThanRelease: boolean;
}

/** Whether a real query was answered. */
export function judgeQuery(seen: PostgresSeen, service: string): Answer {
  switch (seen.kind) {
    case 'answered':
      return { verdict: 'pass', reason: `PostgreSQL ${seen.version} answers queries` };
    case 'refused':
      return {
        verdict: 'fail',
        reason: `PostgreSQL answers no query: ${seen.words}`,
        next: `evenkeel scan ${service}`,
      };
    case 'no-client':
      return { verdict: 'inconclusive', reason: 'there is no psql in its container to ask with' };
  }
}

/**
 * Whether the tables are there that the last backup had; without one, whether there are any where there have been some. A backup
 * that is older than the release says less: then only the loss of all of them counts.
 */
export function judgeSchema(
  seen: Extract<PostgresSeen, { kind: 'answered' }>,
  known: KnownTables | undefined,
  tablesBefore: number | undefined,
): Answer {
  const { tables: total, gone } = seen;
  const next = 'evenkeel backup list; evenkeel restore BACKUP brings data back';
  if (total === 0 && ((tablesBefore ?? 0) > 0 || hasTables(known))) {
    return { verdict: 'fail', reason: 'it has no table any more', next };
  }
  if (gone.count === 0 || !known) {
    const words = total === 0 ? 'no tables yet' : `${total} ${total === 1 ? 'table' : 'tables'}`;
    return { verdict: 'pass', reason: known ? `${words}, all of backup ${known.backup} among them` : words };
  }
  const words = `of the tables of backup ${known.backup} ${gone.count} ${gone.count === 1 ? 'is' : 'are'} not there: ${gone.names.join(', ')}`;
  if (known.isOlderThanRelease)
    return { verdict: 'pass', reason: `${words}; the release is younger, and may have taken them away` };
  return { verdict: 'fail', reason: words, next };
}

function hasTables(known: KnownTables | undefined): boolean {
  return Object.values(known?.tables ?? {}).some((tables) => tables.length > 0);
}

/** What a round trip to Redis came to. */
export type RedisSeen =
  /** A key of ours was written, read back and taken away; or, where nobody may write, a text came back. */
  | { kind: 'answered'; by: 'key' | 'echo'; durationMs: number }
  /** It answers, and takes nothing: its own words. */
  | { kind: 'takes-nothing'; words: string }
  | { kind: 'refused'; words: string }
  | { kind: 'no-client' };

export function judgeRoundTrip(seen: RedisSeen, service: string): Answer {
  const next = `evenkeel scan ${service}`;
  switch (seen.kind) {
    case 'answered':
      return {
        verdict: 'pass',
        reason:
          seen.by === 'key' ? 'a key was written and read back' : 'it answers; its user, or a replica, may not write',
      };
    case 'takes-nothing':
      return { verdict: 'fail', reason: `Redis answers, and takes no writes: ${seen.words}`, next };
    case 'refused':
      return { verdict: 'fail', reason: `Redis does not answer: ${seen.words}`, next };
    case 'no-client':
      return { verdict: 'inconclusive', reason: 'there is no redis-cli in its container to ask with' };
  }
}
