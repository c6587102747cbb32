import { expect, it } from '@jest/globals';
import { LogMatcher } from '../../../../src/gates/log-matcher.js';
import { LOG_RULES } from '../../../../src/gates/log-rules/all.js';
import { LogScanner } from '../../../../src/gates/scan-log.js';

/** What servers write when all is well. */
const HARMLESS: Record<string, string> = {
  postgres: `
The files belonging to this database system will be owned by user "postgres".
This user must also own the server process.

The database cluster will be initialized with locale "en_US.utf8".
Data page checksums are disabled.

fixing permissions on existing directory /var/lib/postgresql/data ... ok
creating subdirectories ... ok
selecting default shared_buffers ... 128MB
performing post-bootstrap initialization ... ok
syncing data to disk ... initdb: warning: enabling "trust" authentication for local connections
ok

Success. You can now start the database server using:
    pg_ctl -D /var/lib/postgresql/data -l logfile start

waiting for server to start....2026-01-05 10:11:12.131 UTC [48] LOG:  starting PostgreSQL 16.2 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit
2026-01-05 10:11:12.140 UTC [51] LOG:  database system was shut down at 2026-01-05 10:11:11 UTC
2026-01-05 10:11:12.150 UTC [48] LOG:  database system is ready to accept connections
/usr/local/bin/docker-entrypoint.sh: ignoring /docker-entrypoint-initdb.d/*
2026-01-05 10:11:13.150 UTC [48] LOG:  received fast shutdown request
2026-01-05 10:11:13.151 UTC [48] LOG:  background worker "logical replication launcher" (PID 54) exited with exit code 1
PostgreSQL init process complete; ready for start up.
2026-01-05 10:11:14.000 UTC [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432
2026-01-05 10:11:14.001 UTC [1] LOG:  listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"
2026-01-05 10:16:14.001 UTC [59] LOG:  checkpoint complete: wrote 3 buffers (0.0%); 0 WAL file(s) added
2026-01-05 10:16:14.001 UTC [77] LOG:  connection authorized: user=app database=app SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)
NOTICE:  relation "users" already exists, skipping
`,
  redis: `
1:C 05 Jan 2026 10:11:12.131 # WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory condition. To fix this issue add 'vm.overcommit_memory = 1' to /etc/sysctl.conf
1:C 05 Jan 2026 10:11:12.131 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:C 05 Jan 2026 10:11:12.131 * Redis version=7.2.4, bits=64, commit=00000000, modified=0, pid=1, just started
1:C 05 Jan 2026 10:11:12.131 # Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf
1:M 05 Jan 2026 10:11:12.132 * monotonic clock: POSIX clock_gettime
1:M 05 Jan 2026 10:11:12.133 * Running mode=standalone, port=6379.
1:M 05 Jan 2026 10:11:12.133 # WARNING you have Transparent Huge Pages (THP) support enabled in your kernel. This will create latency and memory usage issues with Redis.
1:M 05 Jan 2026 10:11:12.134 * Server initialized
1:M 05 Jan 2026 10:11:12.134 * RDB age 30 seconds
1:M 05 Jan 2026 10:11:12.134 * Ready to accept connections tcp
1:M 05 Jan 2026 10:11:12.134 * Ready to accept connections tls
1:signal-handler (1767607872) Received SIGTERM scheduling shutdown...
`,
  nginx: `
/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration
10-listen-on-ipv6-by-default.sh: info: can not modify /etc/nginx/conf.d/default.conf (read-only file system?)
10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf
/docker-entrypoint.sh: Configuration complete; ready for start up
2026/01/05 10:11:12 [notice] 1#1: nginx/1.25.3
2026/01/05 10:11:12 [notice] 1#1: built by gcc 12.2.0 with OpenSSL 3.0.11
2026/01/05 10:11:12 [notice] 1#1: start worker processes
2026/01/05 10:11:12 [warn] 1#1: "ssl_stapling" ignored, issuer certificate not found for certificate "/certs/web.pem"
10.0.0.7 - - [05/Jan/2026:10:11:12 +0000] "GET /ssl/certificate-has-expired HTTP/1.1" 404 153 "-" "curl/8.5.0" "-"
10.0.0.7 - - [05/Jan/2026:10:11:12 +0000] "GET / HTTP/1.1" 200 615 "https://a.test/?q=SSL error: x" "certificate has expired" "-"
`,
  node: `
> app@1.0.0 start
> node server.js

(node:18) [DEP0040] DeprecationWarning: The \`punycode\` module is deprecated. Please use a userland alternative instead.
(Use \`node --trace-deprecation ...\` to show where the warning was created)
(node:18) Warning: Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections and HTTPS requests insecure by disabling certificate verification.
Server listening on http://0.0.0.0:3000
connected to postgres at db:5432 (ssl: false)
{"level":30,"time":1767607872000,"pid":1,"hostname":"3f2a","msg":"Server listening at http://0.0.0.0:3000"}
Prisma schema loaded from prisma/schema.prisma
Datasource "db": PostgreSQL database "app", schema "public" at "db:5432"
No pending migrations to apply.
GET /errors/ERR_TLS_CERT_ALTNAME_INVALID 200 2.1 ms - 31
`,
  python: `
[2026-01-05 10:11:12 +0000] [1] [INFO] Starting gunicorn 21.2.0
[2026-01-05 10:11:12 +0000] [1] [INFO] Listening at: http://0.0.0.0:8000 (1)
[2026-01-05 10:11:12 +0000] [1] [INFO] Using worker: uvicorn.workers.UvicornWorker
[2026-01-05 10:11:12 +0000] [9] [INFO] Booting worker with pid: 9
INFO:     Started server process [1]
INFO:     Waiting for application startup.
INFO:     Application startup complete.
INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)
INFO:     10.0.0.7:50112 - "GET /health HTTP/1.1" 200 OK
INFO:     10.0.0.7:50112 - "GET /docs?error=The%20server%20does%20not%20support%20SSL HTTP/1.1" 200 OK
INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.
INFO  [alembic.runtime.migration] Will assume transactional DDL.
INFO  [alembic.runtime.migration] Running upgrade  -> a1b2c3, drop column nickname
INFO:app.db:connecting to postgresql+asyncpg://app:***@db:5432/app?ssl=prefer
settings: sslmode=prefer sslrootcert=None sslcert=None connect_timeout=10
DATABASE_URL=postgresql://app:secret@db:5432/app?sslmode=require
Generating a self-signed certificate for localhost
SSL support enabled
`,
};

it.each(Object.entries(HARMLESS))('finds nothing in what %s writes when all is well', (_, text) => {
  const found: string[] = [];
  const scanner = new LogScanner(new LogMatcher(LOG_RULES), {
    excerptLines: 10,
    found: ({ rule, text: line }) => found.push(`${rule.id}: ${line}`),
  });
  for (const line of text.split('\n')) scanner.add(line);
  scanner.finish();
  expect(found).toEqual([]);
});
