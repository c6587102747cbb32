import { describe, expect, it } from '@jest/globals';
import { isMildLevel } from '../../../../src/gates/log-level.js';
import { LogMatcher } from '../../../../src/gates/log-matcher.js';
import { LOG_RULES } from '../../../../src/gates/log-rules/all.js';
import { LogTally } from '../../../../src/gates/log-tally.js';
import { LogScanner, type FoundInLog } from '../../../../src/gates/scan-log.js';

const matcher = new LogMatcher(LOG_RULES);

function scan(text: string): FoundInLog[] {
  const found: FoundInLog[] = [];
  const scanner = new LogScanner(matcher, { excerptLines: 10, found: (one) => found.push(one) });
  for (const line of text.split('\n')) scanner.add(line);
  scanner.finish();
  return found;
}

const severities = (text: string): string[] => scan(text).map(({ severity }) => severity);

describe('a line that takes it lightly', () => {
  it.each([
    "2026-01-05 10:11:12 3 [Warning] Access denied for user 'root'@'localhost' (using password: NO)",
    "2026-01-05T10:11:12.131Z 3 [Note] [MY-010926] [Server] Access denied for user 'root'@'localhost'",
    'FATAL:  password authentication failed for user "admin"',
    '2026-01-05 10:11:12.131 UTC [71] FATAL:  password authentication failed for user "admin"',
    '2026-01-05 10:11:12.131 CET [71] app@shop FATAL:  password authentication failed for user "app"',
    'FATAL:  no pg_hba.conf entry for host "203.0.113.9"',
    'FATAL:  no pg_hba.conf entry for host "203.0.113.9", user "a", database "a", no encryption',
    '2026/01/05 10:11:12 [error] 8#8: *5 open() "/x" failed (13: Permission denied), client: 203.0.113.9',
    '[error] open() "/x" failed (13: Permission denied), client: 203.0.113.9',
    "INFO falling back: ModuleNotFoundError: No module named 'x'",
    "falling back: ModuleNotFoundError: No module named 'x'",
    'WARN: Environment variable SENTRY_DSN is not set',
    "WARN EROFS: read-only file system, mkdir '.next/cache'",
    '{"level":"info","msg":"Port 5173: EADDRINUSE, trying 5174"}',
    'Port 5173: EADDRINUSE, trying 5174',
    '{"level":40,"time":1,"msg":"ENOSPC"}',
    'level=warning msg="no space left on device"',
    '[2026-01-05 10:11:12,131: WARNING/MainProcess] OSError: [Errno 28] No space left on device',
    "npm warn EACCES: permission denied, mkdir '/app'",
    'EMFILE: too many open files, falling back to polling',
    "find: '/x': Permission denied",
    'could not change directory to "/root": Permission denied',
    'psql: could not change directory to "/root": Permission denied',
    'error: relation "knex_migrations" does not exist',
  ])('is a warning: %s', (line) => {
    expect(severities(line)).toEqual(['warning']);
  });

  it.each([
    'OTEL_ENDPOINT is not set, tracing disabled',
    'Environment variable OTEL_ENDPOINT is not set, tracing disabled',
    'The "x" certificate has expired and will be renewed',
  ])('fails nothing: %s', (line) => {
    expect(severities(line)).not.toContain('error');
  });

  it('is nothing where a certificate is about to be renewed', () => {
    expect(severities('The "x" certificate has expired and will be renewed')).toEqual([]);
  });
});

describe('a failure of the program', () => {
  it.each([
    'stock report failed: Error: The server does not support SSL connections',
    'ERROR stock report failed: Error: The server does not support SSL connections',
    '{"level":50,"msg":"Error: The server does not support SSL connections","req":{"level":30}}',
    '{"level":"error","msg":"[warn] certificate has expired"}',
    'psycopg2.OperationalError: connection to server at "db" (10.0.0.3), port 5432 failed: FATAL:  password authentication failed for user "app"',
    'psycopg2.OperationalError: FATAL:  password authentication failed for user "app"',
    'PG::ConnectionBad: FATAL:  password authentication failed for user "app"',
    'SQLSTATE[08006] [7] FATAL:  password authentication failed for user "app"',
    'psql: FATAL:  password authentication failed for user "app"',
    '(psycopg.OperationalError) connection failed: FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "app"',
    'error: password authentication failed for user "app"',
    "ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.7'",
    '[error] 8#8: *5 SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream, client: 10.0.0.7, upstream: "https://10.0.0.3/"',
    "Traceback (most recent call last):\n  File \"a.py\", line 1\nImportError: cannot import name 'a' from 'b'",
    'Traceback (most recent call last):\n  File "a.py", line 1\nTypeError: connect() got an unexpected keyword argument \'sslmode\'',
    'psycopg2.OperationalError: invalid sslmode value: "required"',
    'asyncpg.exceptions._base.ClientConfigurationError: `sslmode` parameter must be one of: disable, allow, prefer',
    "Error: Cannot find module 'express'\nRequire stack:\n- /app/a.js",
    'INFO starting\nError: certificate has expired',
    'failed to write INFO: No space left on device',
    'retrying: The server does not support SSL connections',
    'error: relation "users" does not exist',
    'Environment variable JWT_SECRET is not set',
  ])('is an error: %s', (text) => {
    expect(severities(text)).toEqual(['error']);
  });
});

describe('a level', () => {
  it.each([
    'INFO:app.db:x',
    '| INFO     | x',
    '[1] [INFO] x',
    '10-x.sh: info: x',
    '(node:18) Warning: x',
    '- app - WARN - x',
  ])('is mild: %s', (line) => expect(isMildLevel(line)).toBe(true));

  it.each(['[ERROR] INFO x', 'Error: INFO x', 'info about a failure', 'it could not note: x', 'LOG:  x', ''])(
    'is not: %s',
    (line) => expect(isMildLevel(line)).toBe(false),
  );
});

it('an error is neither counted with, nor known by, a warning of the same words', () => {
  const text = '{"level":40,"msg":"ENOSPC"}\n{"level":50,"msg":"ENOSPC"}';
  const tally = new LogTally((line) => line);
  for (const found of scan(text)) tally.add(found);
  expect(tally.findings()).toMatchObject([
    { severity: 'warning', count: 1 },
    { severity: 'error', count: 1 },
  ]);
});
