/** Name of the line that tells how many rows a table has. */
const ROWS = 'rows|';

/** Tables whose rows a dump holds: no system's, no session's, and none that belongs to an extension. */
const TABLES = `
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and c.relpersistence <> 't'
    and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
    and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`;

/** The server's version, and `absent|<database>` for databases that are not there; the psql variable `known` has lines `<database>|<table>`. */
export const ABSENT_SQL = `
select 'version|' || current_setting('server_version');
select distinct 'absent|' || split_part(line, '|', 1) from unnest(string_to_array(:'known', E'\\n')) line
  where line <> '' and not exists (select from pg_catalog.pg_database where datname = split_part(line, '|', 1));`;

/**
 * Of one database, named by the psql variable `database`: first the number of its tables; then, where it lacks any of `known`,
 * `missing|<how many>|<database>` and `gone|<database>.<table>` for a few.
 */
export const TABLES_SQL = `
set statement_timeout = '10s';
select count(*) ${TABLES};
with known as (
  select substr(line, length(:'database') + 2) as name from unnest(string_to_array(:'known', E'\\n')) line
  where left(line, length(:'database') + 1) = :'database' || '|'
  -- So that no other line is taken for a name.
  offset 0
), gone as (
  select name from known where to_regclass(name) is null
)
select 'missing|' || count(*) || '|' || :'database' from gone having count(*) > 0
union all (select 'gone|' || :'database' || '.' || name from gone order by name limit 3);`;

/** Settings of a role or a database may end a session that is long, or that waits for its dump. */
const PATIENCE = `
select set_config(name, '0', false) from pg_catalog.pg_settings
  where name in ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout', 'idle_session_timeout');
set lock_timeout = '60s';
set row_security = off;`;

/**
 * Says each table's exact number of rows as `rows|<schema>.<table>|<rows>`, names as SQL quotes them. Counting locks each
 * table against TRUNCATE and DROP for as long as the transaction lasts.
 */
const COUNTS = `
select format('select %L, count(*) from only %I.%I', '${ROWS}' || format('%I.%I', n.nspname, c.relname), n.nspname, c.relname)
${TABLES} order by n.nspname, c.relname \\gexec
select '${ROWS}large objects', count(*) from pg_catalog.pg_largeobject_metadata;`;

/**
 * For `psql -X -q -At -f -`: counts to standard error, and the dump, which sees the very same rows, to standard output. It
 * is not compressed: pg_dump would do that with one processor, and in its own time. The exit code of the dump is said last.
 */
export const DUMP_SQL = `
\\set ON_ERROR_STOP on
\\o | cat >&2
begin isolation level repeatable read read only;
${PATIENCE}
select pg_export_snapshot() as snap \\gset
\\setenv SNAP :snap
${COUNTS}
\\! pg_dump --no-password --format=custom --compress=0 --snapshot="$SNAP" --lock-wait-timeout=60s; echo "dump-rc|$?" >&2
commit;
`;

/** The same counts alone, to standard output. */
export const COUNT_SQL = `
\\set ON_ERROR_STOP on
begin isolation level repeatable read read only;
${PATIENCE}
${COUNTS}
commit;
`;

/** The counts among lines that were said; `undefined` where the dump that should have followed did not end well. */
export function countsSaid(said: string): Record<string, number> {
  const found = said.split('\n').flatMap((line): [string, number][] => {
    const [, table, rows] = /^rows\|(.*?)\|+(\d+)$/.exec(line) ?? [];
    return table === undefined ? [] : [[table, Number(rows)]];
  });
  return Object.fromEntries(found);
}

/** Whether `pg_dump` said that it ended with 0. */
export function dumpEndedWell(said: string): boolean {
  return /^dump-rc\|0$/m.test(said);
}

/**
 * Rows of each table in what `pg_restore --data-only` writes, from lines `<rows>|COPY <table> (…) FROM stdin;`.
 */
export function rowsInArchive(lines: string): Record<string, number> {
  const found = lines.split('\n').flatMap((line): [string, number][] => {
    const [, rows, table] = /^(\d+)\|COPY ((?:"(?:[^"]|"")*"|[^ ."(]+)\.(?:"(?:[^"]|"")*"|[^ ."(]+)) /.exec(line) ?? [];
    return table === undefined ? [] : [[table, Number(rows)]];
  });
  return Object.fromEntries(found);
}
