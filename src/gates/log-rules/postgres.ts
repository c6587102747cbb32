import { rulesOf } from './rule.js';

/** What PostgreSQL and its clients say. The server writes two blanks after its level, most clients one. */
export const POSTGRES_RULES = rulesOf('postgres', [
  {
    id: 'postgres/password-refused',
    pattern:
      /password authentication failed for user|no password supplied|InvalidPasswordError: |SASL authentication failed|auth_failed: |P1000: Authentication failed/,
    severity: 'error',
    cause:
      'user or password are not those that the database knows; POSTGRES_PASSWORD counts only when the volume is new',
    remedy: "make the client's password that of the role: ALTER ROLE … PASSWORD …, or correct the variable",
    examples: [
      'FATAL:  password authentication failed for user "app"',
      'OperationalError: connection failed: fe_sendauth: no password supplied',
      'asyncpg.exceptions.InvalidPasswordError: refused',
      'pgbouncer: server login failed: SASL authentication failed',
      'P1000: Authentication failed against database server',
      'pgbouncer: auth_failed: app@db',
    ],
    counterExamples: ['LOG:  connection authenticated: identity="app" method=scram-sha-256'],
  },
  {
    id: 'postgres/database-missing',
    pattern:
      /(?:failed: FATAL: {1,2}|[Ee]rror: |Error\) |FATAL\) )database \\?"[^"]{1,80}" does not exist|InvalidCatalogNameError: |3D000\b.{0,20}does not exist/,
    severity: 'error',
    cause: 'the client asks for a database that the server does not have',
    remedy: 'correct its name in the URL, or create it; POSTGRES_DB counts only when the volume is new',
    examples: [
      'OperationalError: connection to server at "db", port 5432 failed: FATAL:  database "app" does not exist',
      'asyncpg.exceptions.InvalidCatalogNameError: database "app" does not exist',
      'SQLSTATE 3D000: database does not exist',
    ],
    counterExamples: [
      '2026-01-05 10:11:12.131 UTC [71] FATAL:  database "app" does not exist',
      'database "app" created',
    ],
  },
  {
    id: 'postgres/schema-does-not-fit',
    pattern:
      /Undefined(?:Column|Table)(?:Error)?[:)] |(?:[Ee]rror: |ERROR: |Error\) )(?:column|relation) (?:\\?")?[^" ]{1,120}(?:\\?")? (?:of relation \\?"[^"]{1,80}" )?does not exist|The column `[^`]{1,120}` does not exist in the current database|The table `[^`]{1,120}` does not exist in the current database/,
    severity: 'error',
    cause: 'the code asks for a table or column that the database does not have',
    remedy: 'run the migrations of this version; a column that was dropped is missed by code that is older',
    examples: [
      'psycopg2.errors.UndefinedColumn: column users.nickname does not exist',
      'error: relation "users" does not exist',
      'ERROR: column "nickname" of relation "users" does not exist (SQLSTATE 42703)',
      'The column `users.nickname` does not exist in the current database.',
      'The table `public.users` does not exist in the current database.',
    ],
    counterExamples: [
      '2026-01-05 10:11:12.131 UTC [71] ERROR:  relation "schema_migrations" does not exist at character 15',
      'NOTICE:  table "users" does not exist, skipping',
    ],
  },
  {
    id: 'postgres/no-hba-entry',
    pattern: /no pg_hba\.conf entry for |pg_hba\.conf rejects /,
    severity: 'error',
    cause: 'the server does not let this user in from this address',
    remedy: 'add a line for it to pg_hba.conf, and reload',
    examples: [
      'FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "app", database "app", SSL encryption',
      'FATAL:  pg_hba.conf rejects connection for host "10.0.0.7", user "app"',
    ],
    counterExamples: ['LOG:  received SIGHUP, reloading configuration files (pg_hba.conf)'],
  },
  {
    id: 'postgres/too-many-connections',
    ofOtherSide: true,
    pattern:
      /sorry, too many clients already|remaining connection slots are reserved|too many connections for (?:role|database)|no more connections allowed \(max_client_conn|QueuePool limit of size/,
    severity: 'error',
    cause: 'more connections are asked for than the server, or the pool, gives out',
    remedy: 'make pools smaller, use pgbouncer, or raise max_connections',
    examples: [
      'FATAL:  sorry, too many clients already',
      'FATAL:  remaining connection slots are reserved for non-replication superuser connections',
      'FATAL:  too many connections for role "app"',
      'ERROR no more connections allowed (max_client_conn)',
      'sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached',
    ],
    counterExamples: ['max_connections = 100', 'pool opened with 5 connections'],
  },
  {
    id: 'postgres/incompatible-data',
    pattern:
      /database files are incompatible with server|data directory .{1,200}has (?:wrong ownership|invalid permissions|group or world access)|was initialized by PostgreSQL version|Database is uninitialized and superuser password is not specified/,
    severity: 'error',
    cause: 'the server does not start on the data that its volume holds',
    remedy: 'go back to the version that wrote it, and dump and restore into the new one; put owner and mode right',
    examples: [
      'FATAL:  database files are incompatible with server',
      'FATAL:  data directory "/var/lib/postgresql/data" has wrong ownership',
      'DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 16.2.',
      'Error: Database is uninitialized and superuser password is not specified.',
    ],
    counterExamples: ['LOG:  database system is ready to accept connections', 'Data page checksums are disabled.'],
  },
  {
    id: 'postgres/server-broken',
    pattern:
      /PANIC: {1,2}|could not locate a valid checkpoint record|invalid page in block|was terminated by signal (?:6|7|9|11)\b|terminating connection because of crash of another server process/,
    severity: 'error',
    cause: 'the database server crashed, or its data is damaged',
    remedy: 'stop writing to it; look at the lines above, and go back to the last proven backup if data is damaged',
    examples: [
      'PANIC:  could not write to file "pg_wal/xlogtemp.71"',
      'LOG:  could not locate a valid checkpoint record',
      'ERROR:  invalid page in block 3 of relation base/16384/16391',
      'LOG:  server process (PID 71) was terminated by signal 11: Segmentation fault',
      'WARNING:  terminating connection because of crash of another server process',
    ],
    counterExamples: [
      'LOG:  checkpoint complete: wrote 3 buffers',
      'LOG:  database system was shut down at 2026-01-05',
    ],
  },
  {
    id: 'postgres/refused-request',
    pattern:
      /FATAL: {2}(?:database|role) "[^"]{1,80}" does not exist|ERROR: {2}(?:column|relation) \S{1,120} does not exist/,
    severity: 'warning',
    cause: 'a client asked the server for something that it does not have; a probe such as pg_isready does so for ever',
    remedy: 'give pg_isready -U and -d in the healthcheck; else look at the client',
    examples: [
      '2026-01-05 10:11:12.131 UTC [71] FATAL:  role "root" does not exist',
      '2026-01-05 10:11:12.131 UTC [71] FATAL:  database "app" does not exist',
      '2026-01-05 10:11:12.131 UTC [71] ERROR:  relation "schema_migrations" does not exist at character 15',
    ],
    counterExamples: ['FATAL:  password authentication failed for user "app"'],
  },
]);
